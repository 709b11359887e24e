package io.freshet.serving.model;

import io.freshet.serving.rollout.Trial;

/** A version on trial. */
record Candidate(ServableModel model, Trial trial) {}

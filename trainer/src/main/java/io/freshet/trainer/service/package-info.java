/** The trainer as a service: decides when a round begins, runs one at a time, and goes on with one that was stopped. */
@NullMarked
package io.freshet.trainer.service;

import org.jspecify.annotations.NullMarked;

package io.freshet.serving.model;

import io.freshet.protocol.ModelVersion;

/** How far a version has come, as of now. */
public record VersionStatus(ModelVersion version, ServableState state) {}

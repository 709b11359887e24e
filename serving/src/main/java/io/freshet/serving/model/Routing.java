package io.freshet.serving.model;

import io.freshet.protocol.ModelVersion;
import java.util.List;

/** What came of looking for a version to answer a request. */
public sealed interface Routing {

    /** The caller closes the route. */
    record Found(Route route) implements Routing {}

    /** @param inService the versions that there are; none if the model was taken out of service */
    record NoSuchVersion(List<ModelVersion> inService) implements Routing {}
}

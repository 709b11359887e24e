package io.freshet.serving.inference;

import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.serving.model.Selector;
import io.freshet.serving.model.ServedModel;

/** What a request's model turned out to be. */
public sealed interface Target {

    /**
     * A version is in service.
     *
     * @param descriptor of a version that the selector means, as of now; all versions take the same images
     */
    record Found(ServedModel model, Selector selector, ModelDescriptor descriptor) implements Target {}

    /** @param failure as the client is told */
    record Missing(Failure failure) implements Target {}
}

package io.freshet.serving.http;

import io.freshet.protocol.bundle.ModelDescriptor;
import java.util.Optional;

/** One way to ask for a prediction and to be answered. Stateless. */
interface Dialect {

    Api api();

    ErrorForm errors();

    /**
     * Reads a body.
     *
     * @param contentType as the client said
     * @param model whose images they must be
     * @param maxImages in one request
     */
    ReadResult read(byte[] body, Optional<String> contentType, ModelDescriptor model, int maxImages);
}

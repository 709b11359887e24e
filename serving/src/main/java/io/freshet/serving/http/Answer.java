package io.freshet.serving.http;

import java.util.OptionalInt;

/**
 * The body of an answer.
 *
 * @param jsonBytes where tensors follow the JSON: how much of the body is JSON
 */
@SuppressWarnings("ArrayRecordComponent") // written, never compared
record Answer(String contentType, byte[] body, OptionalInt jsonBytes) {

    /** @param content written as JSON */
    static Answer json(Object content) {
        return new Answer(Json.CONTENT_TYPE, Json.write(content), OptionalInt.empty());
    }
}

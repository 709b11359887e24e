package io.freshet.serving.http;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A body that came whole.
 *
 * @param contentType as the client said
 * @param jsonBytes where tensors follow the JSON: how much of the body is JSON
 */
@SuppressWarnings("ArrayRecordComponent") // read, never compared
record RequestBody(byte[] bytes, Optional<String> contentType, OptionalInt jsonBytes) {}

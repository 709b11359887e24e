package io.freshet.serving.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.freshet.protocol.bundle.ModelDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * The Open Inference Protocol's REST. The input {@code images} is {@code UINT8 [n, height, width, channels]}, its data
 * flat or nested, or {@code BYTES [n]}: image files, each a string of base64, since JSON holds no bytes.
 */
final class OpenInference implements Dialect {

    @Override
    public Api api() {
        return Api.V2;
    }

    @Override
    public ErrorForm errors() {
        return ErrorForm.ERROR;
    }

    @Override
    public ReadResult read(byte[] body, Optional<String> contentType, ModelDescriptor model, int maxImages) {
        try (JsonParser parser = Json.parser(body)) {
            return OpenInferenceRequest.read(parser, maxImages).toCall(model.input(), maxImages);
        } catch (JsonProcessingException e) {
            return JsonImages.malformed(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // the body lies in memory
        }
    }
}

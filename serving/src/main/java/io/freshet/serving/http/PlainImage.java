package io.freshet.serving.http;

import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.serving.predict.ImageInput;
import io.freshet.serving.predict.PlainAnswer;
import java.util.List;
import java.util.Optional;

/** The body is an image file; the answer names the classes, the most probable first. */
final class PlainImage implements Dialect {

    @Override
    public Api api() {
        return Api.IMAGE;
    }

    @Override
    public ErrorForm errors() {
        return ErrorForm.PROBLEM;
    }

    @Override
    public ReadResult read(byte[] body, Optional<String> contentType, ModelDescriptor model, int maxImages) {
        ImageInput image = new ImageInput.Encoded(new EncodedImage(body), contentType);
        return new ReadResult.Call(List.of(image), PlainAnswer::of);
    }
}

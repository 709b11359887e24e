package io.freshet.serving.http;

import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.serving.inference.Api;
import io.freshet.serving.predict.ImageInput;
import io.freshet.serving.predict.PlainAnswer;
import java.util.List;

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
    public boolean isLight(RequestBody body) {
        return true;
    }

    @Override
    public Question read(RequestBody body, ModelDescriptor model, int maxImages) {
        ImageInput image = new ImageInput.Encoded(new EncodedImage(body.bytes()), body.contentType());
        boolean light = model.classes().size() <= LIGHT_NUMBERS / 8; // they are sorted, too
        return new Question(List.of(image), light, answered -> Answer.json(PlainAnswer.of(answered)));
    }
}

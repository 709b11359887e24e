package io.freshet.trainer.analysis;

import io.freshet.protocol.ImageId;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.image.DecodeLimits;
import io.freshet.protocol.image.DecodeResult;
import io.freshet.protocol.image.ImageDecoder;
import io.freshet.protocol.tfrecord.TfExample;
import java.util.OptionalInt;

/**
 * An {@link AnalysedImage} as a {@code tf.train.Example}. Each example has each feature, so that a reader needs no defaults;
 * where there is no label, no copies and no suggestion, the number is {@value #NONE}.
 */
final class AnalysisExamples {

    static final String ID = "id";
    static final String SPLIT = "split";
    static final String IMAGE = "image";
    static final String HEIGHT = "height";
    static final String WIDTH = "width";
    static final String CHANNELS = "channels";
    static final String LABEL = "label";
    static final String DISTRIBUTION = "distribution";
    static final String CONFIDENCE = "confidence";
    static final String WEIGHT = "weight";
    static final String EMBEDDING = "embedding";
    static final String NEIGHBOURS = "neighbours";
    static final String DUPLICATE_GROUP = "duplicate_group";
    static final String SUGGESTED_LABEL = "suggested_label";
    static final String MARGIN = "margin";
    static final String DISTANCE = "distance";
    static final String PICTURE_DISTANCE = "picture_distance";
    static final String OUT_OF_DISTRIBUTION = "out_of_distribution";

    private static final int NONE = -1;
    private static final ImageDecoder DECODER = new ImageDecoder(DecodeLimits.DEFAULT);

    private AnalysisExamples() {}

    static TfExample of(AnalysedImage image) {
        ImageShape shape = image.shape();
        return TfExample.builder()
                .text(ID, image.id().hex())
                .text(SPLIT, image.split().label())
                .bytes(IMAGE, Analyzer.picture(image.pixels(), shape).toPng().bytes())
                .number(HEIGHT, shape.height())
                .number(WIDTH, shape.width())
                .number(CHANNELS, shape.channels())
                .number(LABEL, image.label().orElse(NONE))
                .floats(DISTRIBUTION, image.distribution())
                .floats(CONFIDENCE, image.confidence())
                .floats(WEIGHT, image.weight())
                .floats(EMBEDDING, image.embedding())
                .floats(NEIGHBOURS, image.neighbours())
                .number(DUPLICATE_GROUP, image.duplicateGroup().orElse(NONE))
                .number(SUGGESTED_LABEL, image.suggestedLabel().orElse(NONE))
                .floats(MARGIN, image.margin())
                .floats(DISTANCE, image.distance())
                .floats(PICTURE_DISTANCE, image.pictureDistance())
                .number(OUT_OF_DISTRIBUTION, image.outOfDistribution() ? 1 : 0)
                .build();
    }

    /** @throws IllegalArgumentException if it is no example of an analysis */
    static AnalysedImage parse(TfExample example) {
        ImageShape shape = new ImageShape(number(example, HEIGHT), number(example, WIDTH), number(example, CHANNELS));
        return new AnalysedImage(
                new ImageId(text(example, ID)),
                Split.labelled(text(example, SPLIT)),
                shape,
                pixels(example, shape),
                index(example, LABEL),
                floats(example, DISTRIBUTION),
                floats(example, CONFIDENCE)[0],
                floats(example, WEIGHT)[0],
                floats(example, EMBEDDING),
                floats(example, NEIGHBOURS),
                index(example, DUPLICATE_GROUP),
                index(example, SUGGESTED_LABEL),
                floats(example, MARGIN)[0],
                floats(example, DISTANCE)[0],
                floats(example, PICTURE_DISTANCE)[0],
                number(example, OUT_OF_DISTRIBUTION) != 0);
    }

    private static byte[] pixels(TfExample example, ImageShape shape) {
        byte[] png = example.bytes(IMAGE).orElseThrow(() -> missing(IMAGE));
        DecodeResult result = DECODER.decode(png);
        return switch (result) {
            case DecodeResult.Decoded decoded ->
                decoded.image().toModelInput(shape.height(), shape.width(), shape.channels());
            case DecodeResult.Refused refused -> throw new IllegalArgumentException(refused.detail());
        };
    }

    private static OptionalInt index(TfExample example, String name) {
        int number = number(example, name);
        return number < 0 ? OptionalInt.empty() : OptionalInt.of(number);
    }

    private static int number(TfExample example, String name) {
        return Math.toIntExact(example.number(name).orElseThrow(() -> missing(name)));
    }

    private static String text(TfExample example, String name) {
        return example.text(name).orElseThrow(() -> missing(name));
    }

    private static float[] floats(TfExample example, String name) {
        float[] values = example.floats(name);
        if (values.length == 0) {
            throw missing(name);
        }
        return values;
    }

    private static IllegalArgumentException missing(String name) {
        return new IllegalArgumentException("the example has no '" + name + "': is it of an analysis?");
    }
}

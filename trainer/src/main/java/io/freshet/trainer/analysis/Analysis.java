package io.freshet.trainer.analysis;

import io.freshet.protocol.bundle.ImageShape;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What came of looking at labeled and unlabeled images through a model. Immutable and thread safe. */
public final class Analysis {

    private final AnalysisConfig config;
    private final List<String> classes;
    private final ImageShape shape;
    private final int size;
    private final double threshold;
    private final double pictureThreshold;
    private final IntFunction<AnalysedImage> images;

    /** @param images makes the one of a number below the size */
    Analysis(
            AnalysisConfig config,
            List<String> classes,
            ImageShape shape,
            int size,
            double threshold,
            double pictureThreshold,
            IntFunction<AnalysedImage> images) {
        this.config = config;
        this.classes = List.copyOf(classes);
        this.shape = shape;
        this.size = size;
        this.threshold = threshold;
        this.pictureThreshold = pictureThreshold;
        this.images = images;
    }

    public AnalysisConfig config() {
        return config;
    }

    /** Names, in the order of their indices. */
    public List<String> classes() {
        return classes;
    }

    public ImageShape shape() {
        return shape;
    }

    public int size() {
        return size;
    }

    /** The distance of embeddings beyond which an image is out of distribution. */
    public double threshold() {
        return threshold;
    }

    /** The same of small pictures. */
    public double pictureThreshold() {
        return pictureThreshold;
    }

    public AnalysedImage image(int place) {
        return images.apply(place);
    }

    /** All images: those to learn from, then the anchor, then the unlabeled ones. */
    public Stream<AnalysedImage> images() {
        return IntStream.range(0, size).mapToObj(images);
    }
}

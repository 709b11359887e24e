package io.freshet.trainer.analysis;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Record;
import ai.djl.util.Progress;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.trainer.data.ImagePool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An analysis as a DJL data set, for a training loop of one's own. A record's data is {@code image} (uint8 {@code [height,
 * width, channels]}); its labels are {@code label} (float32 {@code [classes]}, a distribution: of one class where people
 * said so, else the pseudo-label) and {@code weight} (float32 {@code []}). Images of the anchor are not among them: nothing
 * is to be learned from them.
 *
 * <p>Holds all images in memory. Reading is thread safe.
 */
public final class AnalysisDataset extends RandomAccessDataset {

    private final Contents contents;

    private AnalysisDataset(Builder builder, Contents contents) {
        super(builder);
        this.contents = contents;
    }

    /**
     * Loads an analysis in batches of 32, in random order.
     *
     * @param folder that an analysis was written to
     * @param unlabeledWeight by which the weights of unlabeled images are multiplied; at 0 they are left out
     * @throws IOException if it cannot be read
     */
    public static AnalysisDataset load(Path folder, double unlabeledWeight) throws IOException {
        return builder(folder).unlabeledWeight(unlabeledWeight).build();
    }

    public static Builder builder(Path folder) {
        return new Builder(folder);
    }

    @Override
    public Record get(NDManager manager, long index) {
        int place = Math.toIntExact(index);
        ImageShape shape = contents.shape;
        ByteBuffer pixels = ByteBuffer.wrap(contents.images.get(place));
        var image = manager.create(pixels, new Shape(shape.height(), shape.width(), shape.channels()), DataType.UINT8);
        image.setName("image");
        var label = manager.create(contents.targets.get(place));
        label.setName("label");
        var weight = manager.create(FloatBuffer.wrap(new float[] {contents.weights.get(place)}), new Shape());
        weight.setName("weight");
        return new Record(new NDList(image), new NDList(label, weight));
    }

    @Override
    protected long availableSize() {
        return contents.images.size();
    }

    /** Does nothing: the data set is in memory. */
    @Override
    public void prepare(@Nullable Progress progress) {}

    private static final class Contents {

        private final ImageShape shape;
        private final ImagePool images;
        private final List<float[]> targets = new ArrayList<>();
        private final List<Float> weights = new ArrayList<>();

        Contents(ImageShape shape) {
            this.shape = shape;
            this.images = new ImagePool(shape.size());
        }

        void add(AnalysedImage image, float weight) {
            images.add(image.pixels());
            targets.add(image.target());
            weights.add(weight);
        }
    }

    /** Says which images come, and how. For one thread at a time. */
    public static final class Builder extends BaseBuilder<Builder> {

        private static final int BATCH = 32;

        private final Path folder;
        private double unlabeledWeight = 1;
        private Predicate<AnalysedImage> chosen = image -> image.split() != Split.ANCHOR;

        private Builder(Path folder) {
            this.folder = folder;
            var unused = setSampling(BATCH, true);
        }

        /** @param factor by which the weights of unlabeled images are multiplied; at 0 they are left out */
        public Builder unlabeledWeight(double factor) {
            if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("The weight of unlabeled images is 0 or more, not " + factor);
            }
            unlabeledWeight = factor;
            return this;
        }

        /** Takes only images of which that holds too, for example {@code image -> !image.isLabelSuspected()}. */
        public Builder where(Predicate<AnalysedImage> condition) {
            chosen = chosen.and(condition);
            return this;
        }

        /** @throws IOException if the analysis cannot be read, or nothing of it is left */
        public AnalysisDataset build() throws IOException {
            List<Contents> contents = new ArrayList<>(1); // made by the first image, which says the shape
            new AnalysisFolder(folder).read(image -> {
                float weight =
                        image.split() == Split.UNLABELED ? (float) (image.weight() * unlabeledWeight) : image.weight();
                if (weight > 0 && chosen.test(image)) {
                    if (contents.isEmpty()) {
                        contents.add(new Contents(image.shape()));
                    }
                    contents.getFirst().add(image, weight);
                }
            });
            if (contents.isEmpty()) {
                throw new IOException("No image of the analysis in " + folder + " is left to learn from");
            }
            return new AnalysisDataset(this, contents.getFirst());
        }

        @Override
        protected Builder self() {
            return this;
        }
    }
}

package io.freshet.trainer.data;

import io.freshet.protocol.ImageId;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.image.DecodeLimits;
import io.freshet.protocol.image.DecodeResult;
import io.freshet.protocol.image.ImageDecoder;
import io.freshet.protocol.image.PixelImage;
import io.freshet.protocol.tfrecord.TfExample;
import io.freshet.protocol.tfrecord.TfRecordReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads images from TFRecord files of {@code tf.train.Example}s, as TensorFlow's own data sets are kept. Of each example:
 *
 * <ul>
 *   <li>{@code image} or {@code image/encoded}: a JPEG, PNG, WebP, GIF or BMP file, as bytes;
 *   <li>{@code label} or {@code image/class/label}: the index of its class as {@code int64}, below zero for none; or
 *       {@code label} or {@code image/class/text}: the name of its class, as bytes.
 * </ul>
 *
 * <p>What cannot be decoded is left out with a warning; a file that is broken is an error that names it and the offset.
 */
public final class TfRecordImages {

    private static final Logger LOG = LoggerFactory.getLogger(TfRecordImages.class);

    private static final List<String> IMAGE = List.of("image", "image/encoded");
    private static final List<String> LABEL = List.of("label", "image/class/label");
    private static final List<String> NAME = List.of("label", "image/class/text");

    private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULT);
    private final List<Path> files;

    /** What an example says of its class: an index, or a name, or nothing. */
    private record Said(OptionalLong index, Optional<String> name) {}

    @FunctionalInterface
    private interface Reader {

        void read(PixelImage image, Said said) throws IOException;
    }

    /** @param files are read in this order */
    public TfRecordImages(List<Path> files) {
        this.files = List.copyOf(files);
    }

    /**
     * The TFRecord file of that path, or all in that folder whose names hold {@code tfrecord}, in the order of the names.
     *
     * @throws IOException if there is none
     */
    public static TfRecordImages in(Path path) throws IOException {
        if (Files.isRegularFile(path)) {
            return new TfRecordImages(List.of(path));
        }
        try (Stream<Path> entries = Files.list(path)) {
            List<Path> files = entries.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName().toString().contains("tfrecord"))
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new IOException("There is no file of which the name holds 'tfrecord' in " + path);
            }
            return new TfRecordImages(files);
        }
    }

    /**
     * Hands all images over, one after another, whatever their labels.
     *
     * @throws IOException if a file is broken, or an example has no image
     */
    public void forEach(Consumer<PixelImage> audience) throws IOException {
        readAll((image, said) -> audience.accept(image));
    }

    /**
     * Reads all images, whatever their labels.
     *
     * @throws IOException if a file is broken, or an example has no image
     */
    public ImagePool readUnlabeled(ImageShape shape) throws IOException {
        ImagePool pool = new ImagePool(shape.size());
        forEach(image -> pool.add(image.toModelInput(shape.height(), shape.width(), shape.channels())));
        return pool;
    }

    /**
     * Reads the images that have labels; others are left out. An image that stands twice counts once; one that stands under
     * two classes is left out.
     *
     * @param classes names, in the order of their indices; empty to take the names that stand in the files, in their
     *     order, or the indices themselves
     * @param shape that models take; empty for that of the first image
     * @param anchorShare of the images that judge and are not learned from, in (0, 1), drawn by image id
     * @throws IOException if a file is broken, an example has no image, or a label is none of the classes
     */
    public LabeledSet readLabeled(List<String> classes, Optional<ImageShape> shape, double anchorShare)
            throws IOException {
        Gathered gathered = new Gathered(shape);
        readAll(gathered);
        List<String> names = classes.isEmpty() ? gathered.classes() : classes;
        if (names.size() < 2) {
            throw new IOException(
                    "In " + files + " there must be labeled images of two classes or more, and there are " + names);
        }
        LabeledImages all = gathered.labeled(names);
        LabeledImages training = all.select(id -> id.uniform() >= anchorShare);
        LabeledImages anchor = all.select(id -> id.uniform() < anchorShare);
        if (training.size() == 0 || anchor.size() == 0) {
            throw new IOException("Of the images in " + files + ", " + training.size() + " are to learn from, and "
                    + anchor.size() + " for the anchor: there must be some of each");
        }
        return new LabeledSet(names, gathered.shape(), training, anchor);
    }

    private void readAll(Reader reader) throws IOException {
        for (Path file : files) {
            try (TfRecordReader records = TfRecordReader.open(file)) {
                long at = records.offset();
                for (var record = records.next(); record.isPresent(); record = records.next()) {
                    read(file, at, record.get(), reader);
                    at = records.offset();
                }
            }
        }
    }

    private void read(Path file, long at, byte[] record, Reader reader) throws IOException {
        TfExample example;
        try {
            example = TfExample.parse(record);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " at offset " + at + ": " + e.getMessage(), e);
        }
        byte[] encoded = IMAGE.stream()
                .flatMap(name -> example.bytes(name).stream())
                .findFirst()
                .orElseThrow(() -> new IOException(file + " at offset " + at + ": the example has no bytes in any of "
                        + IMAGE + ", it has " + new TreeSet<>(example.names())));
        DecodeResult result = decoder.decode(encoded);
        switch (result) {
            case DecodeResult.Decoded decoded -> reader.read(decoded.image(), said(example));
            case DecodeResult.Refused refused -> LOG.warn("{} at offset {} left out: {}", file, at, refused.detail());
        }
    }

    private static Said said(TfExample example) {
        OptionalLong index = LABEL.stream()
                .flatMapToLong(name -> example.number(name).stream())
                .findFirst();
        Optional<String> name =
                NAME.stream().flatMap(feature -> example.text(feature).stream()).findFirst();
        return new Said(
                index.stream()
                        .flatMap(i -> i < 0 ? LongStream.empty() : LongStream.of(i))
                        .findFirst(),
                name);
    }

    /** Labeled images whose classes are known only when all are read. */
    private static final class Gathered implements Reader {

        private final List<Said> said = new ArrayList<>();
        private final List<ImageId> ids = new ArrayList<>();
        private @Nullable ImageShape shape;
        private @Nullable ImagePool pool;

        Gathered(Optional<ImageShape> shape) {
            this.shape = shape.orElse(null);
        }

        @Override
        public void read(PixelImage image, Said label) {
            if (label.index().isEmpty() && label.name().isEmpty()) {
                return;
            }
            ImageShape common =
                    shape != null ? shape : new ImageShape(image.height(), image.width(), image.isGray() ? 1 : 3);
            shape = common;
            ImagePool images = pool != null ? pool : new ImagePool(common.size());
            pool = images;
            images.add(image.toModelInput(common.height(), common.width(), common.channels()));
            ids.add(image.id());
            said.add(label);
        }

        ImageShape shape() throws IOException {
            if (shape == null) {
                throw new IOException("There are no labeled images");
            }
            return shape;
        }

        /** Names where all have one, else numbers up to the highest. */
        List<String> classes() {
            if (said.stream().allMatch(label -> label.name().isPresent())) {
                return said.stream()
                        .map(label -> label.name().orElseThrow())
                        .distinct()
                        .sorted()
                        .toList();
            }
            long highest = said.stream()
                    .flatMapToLong(label -> label.index().stream())
                    .max()
                    .orElse(-1);
            return LongStream.rangeClosed(0, highest).mapToObj(Long::toString).toList();
        }

        LabeledImages labeled(List<String> classes) throws IOException {
            LabeledImages all = new LabeledImages(shape().size());
            if (pool == null) {
                return all;
            }
            Map<ImageId, Integer> seen = new HashMap<>();
            Set<ImageId> contradicted = new HashSet<>();
            for (int i = 0; i < ids.size(); i++) {
                int label = index(said.get(i), classes);
                Integer before = seen.putIfAbsent(ids.get(i), label);
                if (before == null) {
                    all.add(ids.get(i), pool.get(i), label);
                } else if (before != label) {
                    LOG.warn("Image {} stands under two classes: left out", ids.get(i));
                    contradicted.add(ids.get(i));
                }
            }
            return all.select(id -> !contradicted.contains(id));
        }

        private static int index(Said label, List<String> classes) throws IOException {
            long index = label.name().isPresent()
                    ? classes.indexOf(label.name().get())
                    : label.index().orElse(-1);
            if (index < 0 || index >= classes.size()) {
                throw new IOException("An example is of class "
                        + label.name()
                                .orElseGet(() -> Long.toString(label.index().orElse(-1)))
                        + ", and the classes are " + classes);
            }
            return (int) index;
        }
    }
}

package io.freshet.trainer.data;

import io.freshet.protocol.ImageId;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.image.DecodeLimits;
import io.freshet.protocol.image.DecodeResult;
import io.freshet.protocol.image.ImageDecoder;
import io.freshet.protocol.image.PixelImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a folder that holds a folder of images for each class, {@code CLASS/IMAGE.png}, the form in which most tools
 * keep labeled images. Classes are taken in the order of their names. An image that stands twice counts once; one that
 * stands under two classes is left out, for nobody knows which is right.
 */
public final class LabeledFolder {

    private static final Logger LOG = LoggerFactory.getLogger(LabeledFolder.class);

    /** Images of a class that are asked whether they have colour. */
    private static final int LOOKED_AT = 10;

    private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULT);
    private final Path folder;

    public LabeledFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Reads all images.
     *
     * @param shape that models take; empty for that of the first image
     * @param anchorShare of the images of each class that judge and are not learned from, in (0, 1); drawn by image id,
     *     so an image stays on its side when others are added
     * @throws IOException if the folder cannot be read, or is not of that form
     */
    public LabeledSet read(Optional<ImageShape> shape, double anchorShare) throws IOException {
        List<String> classes = classes();
        ImageShape common = shape.isPresent() ? shape.get() : commonShape(classes);
        LabeledImages all = readAll(classes, common);
        return new LabeledSet(
                classes,
                common,
                select(all, id -> id.uniform() >= anchorShare, "to learn from"),
                select(all, id -> id.uniform() < anchorShare, "for the anchor"));
    }

    /**
     * Reads all images to learn from, and the anchor from another folder of the same form and classes. An image of the
     * anchor is never learned from, though it stand in both.
     *
     * @throws IOException if a folder cannot be read, or is not of that form, or has other classes
     */
    public LabeledSet read(Optional<ImageShape> shape, LabeledFolder anchorFolder) throws IOException {
        List<String> classes = classes();
        if (!anchorFolder.classes().equals(classes)) {
            throw new IOException("The anchor in " + anchorFolder.folder + " has the classes " + anchorFolder.classes()
                    + ", and the labeled images in " + folder + " have " + classes);
        }
        ImageShape common = shape.isPresent() ? shape.get() : commonShape(classes);
        LabeledImages anchor = anchorFolder.select(anchorFolder.readAll(classes, common), id -> true, "for the anchor");
        Set<ImageId> judging = Set.copyOf(anchor.ids());
        LabeledImages training = select(readAll(classes, common), id -> !judging.contains(id), "to learn from");
        return new LabeledSet(classes, common, training, anchor);
    }

    /**
     * Reads a sample that only judges, of the same form, for classes that are known already. Not each need have images.
     *
     * @throws IOException if the folder cannot be read, or is not of that form, or has a class that is not known
     */
    public LabeledImages readSample(List<String> known, ImageShape shape) throws IOException {
        List<String> found = classes();
        if (!known.containsAll(found)) {
            throw new IOException("The images in " + folder + " are of " + found + ", and the classes are " + known);
        }
        LabeledImages sample = new LabeledImages(shape.size());
        LabeledImages all = readAll(found, shape);
        for (int i = 0; i < all.size(); i++) {
            sample.add(all.id(i), all.images().get(i), known.indexOf(found.get(all.label(i))));
        }
        return select(sample, id -> true, "to judge by");
    }

    private LabeledImages select(LabeledImages all, Predicate<ImageId> chosen, String purpose) throws IOException {
        LabeledImages selected = all.select(chosen);
        if (selected.size() == 0) {
            throw new IOException("There are no images " + purpose + " in " + folder);
        }
        return selected;
    }

    private List<String> classes() throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder + " (a folder with a folder of images for each class is wanted)");
        }
        try (Stream<Path> folders = Files.list(folder)) {
            List<String> classes = folders.filter(Files::isDirectory)
                    .map(path -> path.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
            if (classes.size() < 2) {
                throw new IOException("In " + folder + " there must be a folder of images for each of two classes or"
                        + " more, and there are " + classes);
            }
            return classes;
        }
    }

    private LabeledImages readAll(List<String> classes, ImageShape shape) throws IOException {
        LabeledImages all = new LabeledImages(shape.size());
        Map<ImageId, Integer> seen = new HashMap<>();
        Set<ImageId> contradicted = new HashSet<>();
        for (int label = 0; label < classes.size(); label++) {
            for (Path file : files(folder.resolve(classes.get(label)))) {
                Optional<PixelImage> image = decode(file);
                if (image.isEmpty()) {
                    continue;
                }
                ImageId id = image.get().id();
                Integer before = seen.putIfAbsent(id, label);
                if (before == null) {
                    all.add(id, image.get().toModelInput(shape.height(), shape.width(), shape.channels()), label);
                } else if (before != label) {
                    LOG.warn("{} also stands under {}: left out", file, classes.get(before));
                    contradicted.add(id);
                }
            }
        }
        return all.select(id -> !contradicted.contains(id));
    }

    /** The first image's sides; one channel if no image has a colour among the first of each class. */
    private ImageShape commonShape(List<String> classes) throws IOException {
        Optional<PixelImage> first = Optional.empty();
        boolean gray = true;
        for (String name : classes) {
            for (Path file :
                    files(folder.resolve(name)).stream().limit(LOOKED_AT).toList()) {
                Optional<PixelImage> image = decode(file);
                first = first.or(() -> image);
                gray &= image.map(PixelImage::isGray).orElse(true);
            }
        }
        PixelImage image = first.orElseThrow(() -> new IOException("There are no images in " + folder));
        return new ImageShape(image.height(), image.width(), gray ? 1 : 3);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    private Optional<PixelImage> decode(Path file) throws IOException {
        DecodeResult result = decoder.decode(Files.readAllBytes(file));
        return switch (result) {
            case DecodeResult.Decoded decoded -> Optional.of(decoded.image());
            case DecodeResult.Refused refused -> {
                LOG.warn("{} left out: {}", file, refused.detail());
                yield Optional.empty();
            }
        };
    }
}

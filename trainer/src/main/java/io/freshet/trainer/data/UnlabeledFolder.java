package io.freshet.trainer.data;

import io.freshet.protocol.ImageId;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.image.PixelImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the images in a folder and in the folders in it, whatever these are called. One that stands twice counts once. */
public final class UnlabeledFolder {

    /** Images that are asked whether they have colour. */
    private static final int LOOKED_AT = 100;

    private final ImageFiles imageFiles = new ImageFiles();
    private final Path folder;

    /**
     * What was read.
     *
     * @param shape that every image has been brought to
     * @param notImages files that could not be read as images
     */
    public record Contents(ImageShape shape, ImagePool images, int notImages) {}

    public UnlabeledFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Reads all images.
     *
     * @param shape that models take; empty for that of the first image, gray if no image has a colour among the first
     * @param except images that are left out
     * @throws IOException if the folder cannot be read, or holds no image
     */
    public Contents read(Optional<ImageShape> shape, Set<ImageId> except) throws IOException {
        List<Path> files = files();
        ImageShape common = shape.isPresent() ? shape.get() : commonShape(files);
        ImagePool images = new ImagePool(common.size());
        Set<ImageId> seen = new HashSet<>(except);
        int notImages = 0;
        for (Path file : files) {
            Optional<PixelImage> image = imageFiles.decode(file);
            if (image.isEmpty()) {
                notImages++;
            } else if (seen.add(image.get().id())) {
                images.add(image.get().toModelInput(common.height(), common.width(), common.channels()));
            }
        }
        return new Contents(common, images, notImages);
    }

    /**
     * Reads all images in the shape that models take.
     *
     * @throws IOException if the folder cannot be read, or holds no image
     */
    public ImagePool read(ImageShape shape) throws IOException {
        ImagePool images = read(Optional.of(shape), Set.of()).images();
        if (images.size() == 0) {
            throw new IOException("There are no images in " + folder);
        }
        return images;
    }

    private ImageShape commonShape(List<Path> files) throws IOException {
        Optional<PixelImage> first = Optional.empty();
        boolean gray = true;
        int stride = Math.max(1, files.size() / LOOKED_AT); // files of one kind tend to lie side by side
        for (int i = 0; i < files.size(); i += first.isEmpty() ? 1 : stride) {
            Optional<PixelImage> image = imageFiles.decode(files.get(i));
            first = first.or(() -> image);
            gray &= image.map(PixelImage::isGray).orElse(true);
        }
        PixelImage image = first.orElseThrow(() -> new IOException("There are no images in " + folder));
        return new ImageShape(image.height(), image.width(), gray ? 1 : 3);
    }

    private List<Path> files() throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder + " (a folder of images is wanted)");
        }
        return ImageFiles.in(folder);
    }
}

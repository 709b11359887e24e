package io.freshet.trainer.data;

import io.freshet.protocol.ImageId;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.image.PixelImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Reads a folder of images, and the folders in it. An image that stands twice counts once. */
public final class UnlabeledFolder {

    private final ImageFiles images = new ImageFiles();
    private final Path folder;

    public UnlabeledFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Reads all images.
     *
     * @param shape that models take
     * @throws IOException if the folder cannot be read, or holds no image
     */
    public ImagePool read(ImageShape shape) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder + " (a folder of images is wanted)");
        }
        ImagePool pool = new ImagePool(shape.size());
        Set<ImageId> seen = new HashSet<>();
        for (Path file : ImageFiles.in(folder)) {
            Optional<PixelImage> image = images.decode(file);
            if (image.isPresent() && seen.add(image.get().id())) {
                pool.add(image.get().toModelInput(shape.height(), shape.width(), shape.channels()));
            }
        }
        if (pool.size() == 0) {
            throw new IOException("There are no images in " + folder);
        }
        return pool;
    }
}

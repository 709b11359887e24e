package io.freshet.trainer.analysis;

import io.freshet.protocol.ImageId;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.image.PixelImage;
import io.freshet.trainer.data.ImageFiles;
import io.freshet.trainer.data.ImagePool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Images that nobody has labeled, with their ids, in one order. Copies are kept: to find them is what an analysis is for.
 *
 * @param ids one for each image of the pool
 */
public record UnlabeledImages(List<ImageId> ids, ImagePool images) {

    public UnlabeledImages {
        ids = List.copyOf(ids);
        if (ids.size() != images.size()) {
            throw new IllegalArgumentException(ids.size() + " ids are not those of " + images.size() + " images");
        }
    }

    /**
     * Reads all images under a folder, in the order of the files' names. What is no image is left out with a warning.
     *
     * @param audience told of each image, and of the file that it was read from
     * @throws IOException if the folder cannot be read, or has no images
     */
    public static UnlabeledImages read(Path folder, ImageShape shape, BiConsumer<ImageId, Path> audience)
            throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder + " (a folder of images is wanted)");
        }
        ImageFiles files = new ImageFiles();
        List<ImageId> ids = new ArrayList<>();
        ImagePool pool = new ImagePool(shape.size());
        for (Path file : ImageFiles.in(folder)) {
            Optional<PixelImage> image = files.decode(file);
            if (image.isPresent()) {
                ImageId id = image.get().id();
                ids.add(id);
                pool.add(image.get().toModelInput(shape.height(), shape.width(), shape.channels()));
                audience.accept(id, file);
            }
        }
        if (ids.isEmpty()) {
            throw new IOException("There are no images in " + folder);
        }
        return new UnlabeledImages(ids, pool);
    }
}

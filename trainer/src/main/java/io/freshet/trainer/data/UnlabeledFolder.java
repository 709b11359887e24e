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
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads all images under a folder, at any depth, as images without labels. */
public final class UnlabeledFolder {

    private static final Logger LOG = LoggerFactory.getLogger(UnlabeledFolder.class);

    private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULT);
    private final Path folder;

    public UnlabeledFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Reads the images in the order of their paths, each once, and none of the labeled set.
     *
     * @param judging images that judge, and are left out
     * @param most files; of more, so many are taken, spread evenly over them
     * @throws IOException if the folder cannot be read, or holds no image that is not known already
     */
    public Material read(LabeledSet labeledSet, Set<ImageId> judging, int most) throws IOException {
        MaterialCollector collector = new MaterialCollector(labeledSet);
        ImageShape shape = labeledSet.shape();
        int taken = 0;
        int unreadable = 0;
        int known = 0;
        List<Path> files = files(most);
        for (Path file : files) {
            if (!(decoder.decode(Files.readAllBytes(file)) instanceof DecodeResult.Decoded decoded)) {
                unreadable++;
                continue;
            }
            PixelImage image = decoded.image();
            if (judging.contains(image.id()) || !collector.isNew(image.id())) {
                known++;
                continue;
            }
            collector.addUnlabeled(image.id(), image.toModelInput(shape.height(), shape.width(), shape.channels()));
            taken++;
        }
        if (taken == 0) {
            throw new IOException("There is nothing to learn from in " + folder + ": of " + files.size() + " files "
                    + unreadable + " are no images that can be read, and " + known
                    + " are among the labeled images or those that judge");
        }
        if (unreadable + known > 0) {
            LOG.warn(
                    "Of {} files in {}, {} are no images that can be read, and {} are among the labeled images or those"
                            + " that judge, or there twice: left out",
                    files.size(),
                    folder,
                    unreadable,
                    known);
        }
        return collector.material(0);
    }

    private List<Path> files(int most) throws IOException {
        List<Path> all = all();
        if (all.size() <= most) {
            return all;
        }
        LOG.warn("Of {} files in {} {} are taken, spread evenly over them", all.size(), folder, most);
        return IntStream.range(0, most)
                .mapToObj(i -> all.get(Math.toIntExact((long) i * all.size() / most)))
                .toList();
    }

    private List<Path> all() throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder + " (a folder of images is wanted)");
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }
}

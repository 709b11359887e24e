package io.freshet.standalone.dataset;

import io.freshet.protocol.image.PixelImage;
import io.freshet.standalone.dataset.Dataset.Example;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** CIFAR-10 (Krizhevsky, 2009): 32x32 photographs, in the publisher's binary version. */
final class Cifar10 {

    private static final List<String> CLASSES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

    private static final PublishedFile ARCHIVE = new PublishedFile(
            "cifar-10-binary.tar.gz",
            URI.create("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"),
            "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd");

    private static final int SIDE = 32;
    private static final int RECORD = 1 + 3 * SIDE * SIDE;

    private Cifar10() {}

    /** All 60,000 images, from disk or from the publisher. */
    static Dataset full(Path downloads) throws IOException, InterruptedException {
        List<Example> examples = new ArrayList<>();
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new ByteArrayInputStream(ARCHIVE.read(List.of(downloads))))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.getName().endsWith(".bin")) {
                    read(tar.readAllBytes(), examples);
                }
            }
        }
        return new Dataset("CIFAR-10", CLASSES, examples);
    }

    /** Records of a label and the image's red, green and blue planes. */
    static void read(byte[] records, List<Example> examples) throws IOException {
        if (records.length % RECORD != 0) {
            throw new IOException("This is no file of CIFAR-10's binary version");
        }
        for (int from = 0; from < records.length; from += RECORD) {
            byte[] rgb = new byte[RECORD - 1];
            for (int i = 0; i < SIDE * SIDE; i++) {
                for (int channel = 0; channel < 3; channel++) {
                    rgb[3 * i + channel] = records[from + 1 + channel * SIDE * SIDE + i];
                }
            }
            examples.add(new Example(new PixelImage(SIDE, SIDE, rgb), records[from]));
        }
    }
}

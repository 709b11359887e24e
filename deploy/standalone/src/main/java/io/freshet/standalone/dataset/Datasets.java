package io.freshet.standalone.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Data sets by the names that {@code --dataset} takes. */
public final class Datasets {

    /** The sample that comes with Freshet. */
    public static final String SAMPLE = "sample";

    private Datasets() {}

    /**
     * Reads a data set.
     *
     * @param name {@code sample}, {@code fashion-mnist}, {@code cifar-10}, or a folder
     * @param downloads folder that published files are looked for in, and downloaded to
     * @throws IOException if it cannot be read or downloaded, or there is none of that name
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public static Dataset read(String name, Path downloads) throws IOException, InterruptedException {
        return switch (name) {
            case SAMPLE -> FashionMnist.sample();
            case "fashion-mnist" -> FashionMnist.full(downloads);
            case "cifar-10" -> Cifar10.full(downloads);
            default -> {
                Path folder = Path.of(name);
                if (!Files.isDirectory(folder)) {
                    throw new IOException("There is no data set '" + name
                            + "': it is sample, fashion-mnist, cifar-10, or a folder with a folder of images for each"
                            + " class");
                }
                yield FolderDataset.read(folder);
            }
        };
    }
}

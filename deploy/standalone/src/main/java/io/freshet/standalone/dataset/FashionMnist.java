package io.freshet.standalone.dataset;

import io.freshet.standalone.dataset.Dataset.Example;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/** Fashion-MNIST (Xiao, Rasul and Vollgraf, 1708.07747): 28x28 gray images of clothes; MIT licence. */
final class FashionMnist {

    private static final List<String> CLASSES = List.of(
            "t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle-boot");

    private static final URI PUBLISHER = URI.create("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/");

    /** Where Debian's package dataset-fashion-mnist puts the files. */
    private static final Path DEBIAN = Path.of("/usr/share/datasets/fashion-mnist");

    private FashionMnist() {}

    /** The 22,000 images that come with Freshet. */
    static Dataset sample() throws IOException {
        return new Dataset(
                "Fashion-MNIST, the sample of 22,000",
                CLASSES,
                IdxReader.read(resource("images-idx3-ubyte.gz"), resource("labels-idx1-ubyte.gz")));
    }

    /** All 70,000 images, from disk or from the publisher. */
    static Dataset full(Path downloads) throws IOException, InterruptedException {
        List<Path> places = List.of(downloads, DEBIAN);
        List<Example> examples = new ArrayList<>();
        examples.addAll(IdxReader.read(
                file("train-images-idx3-ubyte.gz", "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888")
                        .read(places),
                file("train-labels-idx1-ubyte.gz", "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9")
                        .read(places)));
        examples.addAll(IdxReader.read(
                file("t10k-images-idx3-ubyte.gz", "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b")
                        .read(places),
                file("t10k-labels-idx1-ubyte.gz", "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34")
                        .read(places)));
        return new Dataset("Fashion-MNIST", CLASSES, examples);
    }

    private static PublishedFile file(String name, String sha256) {
        return new PublishedFile(name, PUBLISHER.resolve(name), sha256);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream packed = Objects.requireNonNull(
                        FashionMnist.class.getResourceAsStream("fashion-mnist-sample/" + name), name);
                InputStream in = new GZIPInputStream(packed)) {
            return in.readAllBytes();
        }
    }
}

package io.freshet.standalone.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.freshet.protocol.image.PixelImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetsTest {

    @TempDir
    Path folder;

    @Test
    void aFolderOfClassFoldersIsADataSetAndSoIsOneInTwoParts() throws Exception {
        for (String file : List.of("train/cat/1.png", "train/dog/1.png", "test/cat/2.png")) {
            Path path = folder.resolve(file);
            Files.createDirectories(path.getParent());
            Files.write(path, PixelImage.ofGray(8, 8, new byte[64]).toPng().bytes());
        }
        Files.writeString(folder.resolve("train/cat/notes.txt"), "no image");
        Dataset whole = Datasets.read(folder.toString(), folder);
        assertThat(whole.classes()).containsExactly("cat", "dog");
        assertThat(whole.examples()).extracting(Dataset.Example::label).containsExactly(0, 0, 1);
        assertThat(Datasets.read(folder.resolve("train").toString(), folder).examples())
                .hasSize(2);
    }

    @Test
    void aNameThatIsNoneIsAnsweredWithThoseThereAre() {
        assertThatThrownBy(() -> Datasets.read("imagenet", folder))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("'imagenet'", "fashion-mnist", "cifar-10");
    }

    @Test
    void cifarsPlanesBecomePixels() throws Exception {
        byte[] record = new byte[1 + 3 * 32 * 32];
        record[0] = 6;
        record[1 + 33] = 10;
        record[1 + 1024 + 33] = 20;
        record[1 + 2048 + 33] = 30;
        List<Dataset.Example> examples = new ArrayList<>();
        Cifar10.read(record, examples);
        PixelImage image = examples.getFirst().image();
        assertThat(examples.getFirst().label()).isEqualTo(6);
        assertThat(List.of(image.value(1, 1, 0), image.value(1, 1, 1), image.value(1, 1, 2)))
                .containsExactly(10, 20, 30);
    }

    @Test
    void aPublishedFileIsDownloadedOnceAndCheckedEachTime() throws Exception {
        byte[] content = "the data".getBytes(StandardCharsets.UTF_8);
        byte[] packed = gzip(content);
        List<String> requests = new ArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestURI().getPath());
            exchange.sendResponseHeaders(200, packed.length);
            exchange.getResponseBody().write(packed);
            exchange.close();
        });
        server.start();
        try {
            URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/data.gz");
            PublishedFile file = new PublishedFile("data.gz", address, sha256(packed));
            assertThat(file.read(List.of(folder))).isEqualTo(content);
            assertThat(file.read(List.of(folder))).isEqualTo(content);
            assertThat(requests).containsExactly("/data.gz");

            PublishedFile byContent = new PublishedFile("data.gz", address, sha256(content));
            assertThat(byContent.read(List.of(folder))).isEqualTo(content);

            PublishedFile other = new PublishedFile("data.gz", address, sha256(new byte[0]));
            assertThatThrownBy(() -> other.read(List.of(folder)))
                    .hasMessageContainingAll("is not the file that the publisher offers", "Delete it");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aPublisherThatCannotBeReachedIsNamedWithTheWayOut() {
        PublishedFile file = new PublishedFile("data.gz", URI.create("http://127.0.0.1:9/data.gz"), "0");
        assertThatThrownBy(() -> file.read(List.of(folder)))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("http://127.0.0.1:9/data.gz", folder.toString(), "needs no network");
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(content);
        }
        return packed.toByteArray();
    }

    private static String sha256(byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }
}

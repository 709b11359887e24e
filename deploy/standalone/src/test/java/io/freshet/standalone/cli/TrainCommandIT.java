package io.freshet.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.kafka.EmbeddedBroker;
import io.freshet.protocol.Codecs;
import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.Topics;
import io.freshet.protocol.UnlabeledImage;
import io.freshet.protocol.bundle.BundleResult;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.image.PixelImage;
import io.freshet.protocol.kafka.KafkaConnection;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainCommandIT {

    private static final int SIDE = 12;
    private static final List<String> CLASSES = List.of("dark", "light");

    @TempDir
    Path folder;

    @BeforeEach
    void write() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 200; i++) {
            put("labeled/" + CLASSES.get(i % 2), i, image(i % 2, random));
        }
        for (int i = 0; i < 40; i++) {
            put("test/" + CLASSES.get(i % 2), i, image(i % 2, random));
            put("unlabeled", i, image(i % 2, random));
        }
    }

    @Test
    void oneCommandLeavesAModelThatServesAndSaysWhatItChoseAndWhatEachPartTookOff() throws Exception {
        Path to = folder.resolve("trained");
        String said = train(0, to, "--unlabeled", at("unlabeled"), "--test", at("test"), "--rounds", "1");
        assertThat(said)
                .contains("of 2 classes", "Unlabeled: 40 images", "learning rate", "batch size", "augmentation")
                .contains("Wrong on the 40 test images", "small network", "+ tuning");
        assertThat(to)
                .isDirectoryContaining("glob:**/choices.json")
                .isDirectoryContaining("glob:**/history.json")
                .isDirectoryContaining("glob:**/waterfall.json");
        BufferedImage picture = ImageIO.read(to.resolve("waterfall.png").toFile());
        assertThat(picture.getWidth()).isGreaterThan(500);
        assertThat(ModelBundle.open(to.resolve("models/default/1"))).isInstanceOf(BundleResult.Verified.class);
        assertThat(train(1, to, "--test", at("test"))).contains("is done", "--to");
    }

    @Test
    void offsetsOfKafkaAreReadAndStandInTheLineage() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"))) {
            KafkaConnection kafka = KafkaConnection.to(broker.bootstrapServers());
            kafka.createMissingTopics(1, (short) 1);
            SplittableRandom random = new SplittableRandom(2);
            for (int i = 0; i < 30; i++) {
                send(kafka, image(i % 2, random), i);
            }
            Path to = folder.resolve("from-kafka");
            String[] options = {"-b", broker.bootstrapServers(), "--as-configured", "--rounds", "1"};
            String said = train(0, to, with(options, "--unlabeled", "kafka:5-25"));
            assertThat(said).contains("Unlabeled: 20 images", "Round 1 over 20 unlabeled images");
            assertThat(ModelBundle.readDescriptor(to.resolve("models/default/1"))
                            .lineage()
                            .configuration())
                    .containsEntry("unlabeled", "kafka:5-25");

            assertThat(train(1, folder.resolve("a"), with(options, "--unlabeled", "kafka:500-600")))
                    .contains("has offsets from 500 to 600", "it has 0-30 in partition 0");
            assertThat(train(1, folder.resolve("b"), with(options, "--unlabeled", "kafka:9-3")))
                    .contains("the first must lie below the second");
        }
    }

    @Test
    void whatIsWrongIsSaidInALine() throws Exception {
        Path to = folder.resolve("wrong");
        assertThat(Cli.run(2, "train")).contains("--labeled");
        assertThat(Cli.run(1, "train", "--labeled", at("nowhere"), "--to", to.toString()))
                .contains("a folder with a folder of images for each class is wanted");
        assertThat(train(1, to, "--unlabeled", at("nowhere"))).contains("a folder of images is wanted");
        assertThat(train(1, to, "--unlabeled", at("labeled"))).contains("nothing to learn from");
        assertThat(train(1, to, "--architecture", "resnet-50")).contains("There is no architecture 'resnet-50'");
        assertThat(train(1, to, "--steps", "3")).contains("40 steps or more").doesNotContain("a fault of the program");
        assertThat(train(1, to, "--rounds", "-1")).contains("not -1");
        put("others/cat", 1, image(0, new SplittableRandom(3)));
        put("others/dog", 1, image(1, new SplittableRandom(3)));
        assertThat(train(1, to, "--test", at("others"))).contains("[cat, dog]", "[dark, light]");
        assertThat(to.resolve("models")).doesNotExist();
    }

    private static String[] with(String[] options, String... more) {
        return Stream.concat(Arrays.stream(options), Arrays.stream(more)).toArray(String[]::new);
    }

    private String train(int code, Path to, String... options) {
        String[] line = {
            "train",
            "--labeled",
            at("labeled"),
            "--to",
            to.toString(),
            "--architecture",
            "residual-4",
            "--small-architecture",
            "residual-2",
            "--steps",
            "40"
        };
        return Cli.run(code, last(line, options));
    }

    /** Options that are given again stand in the place of those before. */
    private static String[] last(String[] line, String... options) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 1; i + 1 < line.length; i += 2) {
            values.put(line[i], line[i + 1]);
        }
        List<String> flags = new ArrayList<>();
        for (int i = 0; i < options.length; i++) {
            if (options[i].equals("--as-configured")) {
                flags.add(options[i]);
            } else {
                values.put(options[i], options[++i]);
            }
        }
        List<String> all = new ArrayList<>(List.of("train"));
        values.forEach((name, value) -> all.addAll(List.of(name, value)));
        all.addAll(flags);
        return all.toArray(String[]::new);
    }

    private String at(String name) {
        return folder.resolve(name).toString();
    }

    /** Dark or light, with noise. */
    private static PixelImage image(int label, SplittableRandom random) {
        byte[] pixels = new byte[SIDE * SIDE];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) Math.clamp(Math.round((label == 0 ? 60 : 190) + 30 * random.nextGaussian()), 0, 255);
        }
        return PixelImage.ofGray(SIDE, SIDE, pixels);
    }

    private void put(String where, int number, PixelImage image) throws IOException {
        Path target = Files.createDirectories(folder.resolve(where));
        Files.write(target.resolve(number + ".png"), image.toPng().bytes());
    }

    private static void send(KafkaConnection kafka, PixelImage image, int number) throws Exception {
        ImageId id = image.id();
        EncodedImage png = image.toPng();
        UnlabeledImage unlabeled = new UnlabeledImage(
                id,
                png,
                "camera",
                "e" + number,
                Instant.parse("2026-03-01T10:00:00Z"),
                new TopicPosition(0, number),
                Optional.empty(),
                false);
        try (KafkaProducer<String, byte[]> producer = kafka.textKeyedProducer()) {
            producer.send(new ProducerRecord<>(
                            Topics.UNLABELED.topicName(), 0, id.hex(), Codecs.UNLABELED_IMAGE.encode(unlabeled)))
                    .get();
        }
    }
}

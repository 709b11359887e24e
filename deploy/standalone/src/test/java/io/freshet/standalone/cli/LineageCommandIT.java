package io.freshet.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.kafka.EmbeddedBroker;
import io.freshet.protocol.Codecs;
import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.Label;
import io.freshet.protocol.OffsetRange;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.Topics;
import io.freshet.protocol.UnlabeledImage;
import io.freshet.protocol.bundle.FolderModelStore;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.round.RoundStep;
import io.freshet.standalone.lineage.Descriptors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two versions in the store: the first from labels alone, the second from the first four unlabeled images. */
@SuppressWarnings("NullAway.Init") // JUnit calls start before each test
class LineageCommandIT {

    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    @TempDir
    Path folder;

    private EmbeddedBroker broker;
    private KafkaConnection kafka;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(folder.resolve("kafka"));
        kafka = KafkaConnection.to(broker.bootstrapServers());
        kafka.createMissingTopics(1, (short) 1);
        put(Descriptors.of(1, Optional.empty(), List.of()));
        put(Descriptors.of(2, Optional.of(1L), List.of(new OffsetRange(Topics.UNLABELED.topicName(), 0, 0, 4))));
        for (int i = 0; i < 6; i++) {
            send(Topics.UNLABELED, id(i).hex(), Codecs.UNLABELED_IMAGE.encode(image(i)));
        }
        send(Topics.LABELS, id(1).hex(), Codecs.LABEL.encode(new Label(id(1), "bag", "ann", START)));
        RoundStep labelled = new RoundStep.Labelled(10, 3, 2, .9, Map.of());
        send(
                Topics.ROUNDS,
                Descriptors.MODEL,
                Codecs.ROUND_MESSAGE.encode(new RoundMessage.Event(Descriptors.MODEL, START, "round-2", labelled)));
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void aVersionIsFollowedToItsParentsItsOffsetsAndTheTraffic() {
        String said = freshet(0, "lineage", "m/2");

        assertThat(said)
                .contains("m/2, from m/1", "m/1, the first", "round-2 (drift), seed 2")
                .contains("freshet.unlabeled 0:0-3", "freshet.traffic 0:100-103")
                .contains("4 are there, 1 of them in the audit sample", "2 of 3 passed the teacher's filter")
                .contains("observed   2026-03-01T10:00:00Z to 2026-03-01T10:00:03Z");
    }

    @Test
    void anImageIsFollowedToTheVersionsThatCouldHaveLearnedFromIt() {
        assertThat(freshet(0, "lineage", "--image", id(2).hex()))
                .contains("freshet.unlabeled at 0:2", "freshet.traffic 0:102", "Nobody has labeled it")
                .containsPattern("m/2 +learned from it, if it passed the teacher's filter, as 2 of 3 did")
                .doesNotContain("m/1");
        assertThat(freshet(0, "lineage", "--image", id(1).hex())).contains("with the label that somebody gave it");
        assertThat(freshet(0, "lineage", "--image", id(0).hex())).contains("judged it; never learned from");
        assertThat(freshet(0, "lineage", "--image", id(5).hex())).contains("No version in the store");
    }

    @Test
    void whoErasesAnImageIsToldWhoLearnedFromItAndLineageSaysSoForEver() throws Exception {
        put(Descriptors.of(3, Optional.of(2L), List.of()));
        String image = id(2).hex();

        assertThat(freshet(0, "erase", "--image", image, "--dry-run"))
                .contains("m/2", "m/3", "Nothing is changed")
                .containsPattern("freshet.unlabeled +1 +0");
        assertThat(freshet(0, "erase", "--list")).contains("Nothing is erased");

        assertThat(freshet(0, "erase", "--image", image, "--why", "no consent"))
                .containsPattern("m/2 +learned from it, if it passed")
                .containsPattern("m/3 +descends from m/2")
                .contains("latest of 'm' without it is m/1", "models rollback m/1", "1 tombstones are written")
                .contains("freshet.unlabeled", "when Kafka compacts, within 8d");
        assertThat(freshet(0, "erase", "--list"))
                .containsPattern("image " + image.substring(0, 12) + " +- +m/2, m/3 +no consent");
        assertThat(freshet(0, "lineage", "--image", image)).contains("is erased since", "m/2, m/3");

        put(Descriptors.of(4, Optional.of(1L), List.of(new OffsetRange(Topics.UNLABELED.topicName(), 0, 0, 4)), 1));
        assertThat(freshet(0, "lineage", "--image", image)).containsPattern("m/4 +left it out");
        assertThat(freshet(0, "erase", "--image", image))
                .contains("is erased since", "0 tombstones are written")
                .containsPattern("freshet.unlabeled +0 +1");
    }

    @Test
    void whatCannotBeErasedIsAnError() {
        assertThat(freshet(1, "erase")).contains("name an --image ID or a --subject NAME");
        assertThat(freshet(1, "erase", "--list", "--sweep")).contains("name an --image ID");
        assertThat(freshet(1, "erase", "--image", "12")).contains("64 hexadecimal digits");
        assertThat(freshet(1, "erase", "--subject", " ")).contains("A subject has a name");
    }

    @Test
    void whatIsNotThereIsAnErrorThatNamesWhatIs() {
        assertThat(freshet(1, "lineage", "m/9")).contains("There is no m/9", "it has m/1, m/2");
        assertThat(freshet(1, "lineage", "other/1")).contains("it has the models m");
        assertThat(freshet(1, "lineage", "m")).contains("MODEL/VERSION is wanted");
        assertThat(freshet(1, "lineage")).contains("name a MODEL/VERSION, or an --image ID");
        assertThat(freshet(1, "lineage", "--image", "12")).contains("64 hexadecimal digits");
        assertThat(freshet(1, "lineage", "--image", id(77).hex())).contains("There is no image");
    }

    private String freshet(int code, String... arguments) {
        String[] line = Stream.concat(
                        Arrays.stream(arguments),
                        Stream.of("-b", broker.bootstrapServers(), "--store", store().toString()))
                .toArray(String[]::new);
        return Cli.run(code, line);
    }

    private Path store() {
        return folder.resolve("store");
    }

    private void put(ModelDescriptor descriptor) throws Exception {
        Path bundle = Files.createDirectories(folder.resolve("bundle-" + descriptor.version()));
        ModelBundle.seal(bundle, descriptor);
        new FolderModelStore(store()).put(descriptor.modelVersion(), bundle);
    }

    /** One a second; the first is of the audit sample. */
    private static UnlabeledImage image(int i) {
        return new UnlabeledImage(
                id(i),
                new EncodedImage(new byte[] {1}),
                "camera",
                "e" + i,
                START.plusSeconds(i),
                new TopicPosition(0, 100 + i),
                Optional.empty(),
                i == 0);
    }

    private static ImageId id(int i) {
        return ImageId.ofPixels(1, 1, new byte[] {(byte) i, 0, 0});
    }

    private void send(Topics topic, String key, byte[] value) throws Exception {
        try (KafkaProducer<String, byte[]> producer = kafka.textKeyedProducer()) {
            producer.send(new ProducerRecord<>(topic.topicName(), 0, key, value))
                    .get();
        }
    }
}

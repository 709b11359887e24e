package io.freshet.ingest.near;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.ingest.erasure.Erasures;
import io.freshet.protocol.Codecs;
import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.Sighting;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.image.Fingerprint;
import io.freshet.protocol.image.PixelImage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.SplittableRandom;
import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.apache.kafka.common.serialization.IntegerSerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit calls start before each test
class NearDuplicatesTest {

    private static final Duration WINDOW = Duration.ofDays(1);
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    @TempDir
    Path folder;

    private final List<Sighting> dropped = new ArrayList<>();
    private TopologyTestDriver driver;
    private TestInputTopic<Integer, Sighting> sightings;
    private TestOutputTopic<Integer, Sighting> firsts;
    private TestOutputTopic<Integer, Long> copies;

    @BeforeEach
    void start() {
        StreamsBuilder builder = new StreamsBuilder();
        Erasures.addTo(builder);
        var first = builder.stream("sightings", Consumed.with(Serdes.Integer(), Codecs.SIGHTING.serde()))
                .processValues(NearDuplicates.within(WINDOW, 100, dropped::add));
        first.mapValues(FirstSighting::sighting).to("firsts", Produced.with(Serdes.Integer(), Codecs.SIGHTING.serde()));
        first.mapValues(FirstSighting::copies).to("copies", Produced.with(Serdes.Integer(), Serdes.Long()));
        Properties settings = new Properties();
        settings.setProperty(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
        driver = new TopologyTestDriver(builder.build(), settings, START);
        sightings = driver.createInputTopic("sightings", new IntegerSerializer(), Codecs.SIGHTING.serializer());
        firsts = driver.createOutputTopic("firsts", new IntegerDeserializer(), Codecs.SIGHTING.deserializer());
        copies = driver.createOutputTopic(
                "copies", new IntegerDeserializer(), Serdes.Long().deserializer());
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void aBrighterCopyIsDropped() {
        see(sighting(1, 0), START);
        see(sighting(1, 20), START);
        see(sighting(2, 0), START);

        assertThat(firsts.getQueueSize()).isEqualTo(2);
        assertThat(dropped).containsExactly(sighting(1, 20));
    }

    @Test
    void aCopyIsDroppedWhereOnlyTheEchoOfTheImageCame() {
        see(sighting(1, 0).echo(), START);
        see(sighting(1, 20), START);

        assertThat(firsts.isEmpty()).isTrue();
        assertThat(dropped).hasSize(1);
    }

    @Test
    void afterTheWindowAnImageIsKeptAgainWithTheCountOfItsCopies() {
        see(sighting(1, 0), START);
        see(sighting(1, 10), START.plus(WINDOW).minusMillis(1));
        see(sighting(1, 20), START.plus(WINDOW));

        assertThat(firsts.getQueueSize()).isEqualTo(2);
        assertThat(copies.readValuesToList()).containsExactly(0L, 1L);
    }

    @Test
    void stateDoesNotGrowBeyondItsBound() {
        for (int seed = 0; seed < 150; seed++) {
            see(sighting(seed, 0), START);
        }

        try (var entries =
                driver.<Long, KeptImage>getKeyValueStore("kept-images").all()) {
            assertThat(entries).toIterable().hasSize(100);
        }
    }

    private void see(Sighting sighting, Instant at) {
        sightings.pipeInput(7, sighting, at);
    }

    /** An image of its own, some steps brighter than it is. */
    private static Sighting sighting(int seed, int brighter) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] rgb = new byte[3 * 64];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (random.nextInt(200) + brighter);
        }
        PixelImage image = new PixelImage(8, 8, rgb);
        return new Sighting(
                image.id(),
                new EncodedImage(new byte[] {1}),
                "",
                "",
                START,
                new TopicPosition(0, seed),
                Optional.empty(),
                false,
                Fingerprint.of(image));
    }
}

package io.freshet.ingest.drift;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.ingest.ManualClock;
import io.freshet.protocol.Codecs;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.Prediction;
import io.freshet.protocol.round.RoundMessage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit calls start before each test
class DriftMonitorTest {

    private static final DriftConfig CONFIG = new DriftConfig(60, 30, .001, 2, Duration.ofHours(1), 2, 2);
    private static final ModelVersion FIRST = new ModelVersion("m", 1);
    private static final ModelVersion SECOND = new ModelVersion("m", 2);

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(Instant.parse("2026-03-01T10:00:00Z"));
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final SplittableRandom random = new SplittableRandom(3);
    private TopologyTestDriver driver;
    private TestInputTopic<String, Prediction> observations;
    private TestOutputTopic<String, RoundMessage> rounds;

    @BeforeEach
    void start() {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream("observations", Consumed.with(Serdes.String(), Codecs.PREDICTION.serde()))
                .mapValues(observed -> ObservationSketch.of(List.of(observed)))
                .process(DriftMonitor.supplier(CONFIG, registry, clock))
                .to("rounds", Produced.with(Serdes.String(), Codecs.ROUND_MESSAGE.serde()));
        Properties settings = new Properties();
        settings.setProperty(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
        driver = new TopologyTestDriver(builder.build(), settings);
        observations = driver.createInputTopic("observations", new StringSerializer(), Codecs.PREDICTION.serializer());
        rounds = driver.createOutputTopic("rounds", new StringDeserializer(), Codecs.ROUND_MESSAGE.deserializer());
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void windowsAreCountedAndTheirDistanceShown() {
        observe(FIRST, .9, CONFIG.reference() + CONFIG.window());
        observe(FIRST, .5, CONFIG.window());

        assertThat(windows("steady")).isOne();
        assertThat(windows("drifting")).isOne();
        assertThat(registry.get("freshet.ingest.drift.distance").gauge().value())
                .isGreaterThan(.9);
        assertThat(alarms()).isZero();
    }

    @Test
    void theRequestNamesTheVersionAndWhatMoved() {
        observe(FIRST, .9, CONFIG.reference());
        observe(FIRST, .5, 2 * CONFIG.window());

        assertThat(rounds.readValue())
                .isInstanceOfSatisfying(
                        RoundMessage.Request.class,
                        request -> assertThat(request.detail())
                                .startsWith("The last 2 windows of 30 images differ from the first 60 that m/1 saw: "
                                        + "confidence: D=1.00, p=")
                                .contains("of 4 embedding statistics moved"));
        assertThat(alarms()).isOne();
    }

    @Test
    void aNewVersionBeginsWithAReferenceOfItsOwn() {
        observe(FIRST, .9, CONFIG.reference());
        observe(SECOND, .5, CONFIG.reference() + 5 * CONFIG.window());

        assertThat(rounds.isEmpty()).isTrue();
        assertThat(windows("steady")).isEqualTo(5);
    }

    @Test
    void aVersionThatComesBackHasItsOldReference() {
        observe(FIRST, .9, CONFIG.reference());
        observe(SECOND, .5, CONFIG.reference());
        observe(FIRST, .5, 2 * CONFIG.window());

        assertThat(rounds.getQueueSize()).isOne();
    }

    @Test
    void driftThatGoesOnIsToldAgainAfterTheRearmTime() {
        observe(FIRST, .9, CONFIG.reference());
        observe(FIRST, .5, 10 * CONFIG.window());
        assertThat(rounds.getQueueSize()).isOne();

        clock.advance(CONFIG.rearm());
        observe(FIRST, .5, CONFIG.window());
        assertThat(rounds.getQueueSize()).isEqualTo(2);
    }

    @Test
    void observationsWithAnotherSketchAreLeftOut() {
        observe(FIRST, .9, CONFIG.reference());
        for (int i = 0; i < 5 * CONFIG.window(); i++) {
            observations.pipeInput("m", new Prediction(FIRST, "", .1f, List.of(1f)));
        }
        assertThat(windows("drifting")).isZero();

        observe(FIRST, .9, CONFIG.window());
        assertThat(windows("steady")).isOne();
    }

    @Test
    void versionsSilentForLongestAreForgottenWithTheirObservations() {
        for (int version = 1; version <= 12; version++) {
            observe(new ModelVersion("m", version), .9, CONFIG.reference() + 2 * CONFIG.window());
            clock.advance(Duration.ofMinutes(1));
        }
        assertThat(remembered()).containsExactlyInAnyOrder("m/11", "m/12");

        observe(new ModelVersion("n", 1), .9, 1);
        clock.advance(Duration.ofMinutes(1));
        observe(new ModelVersion("o", 1), .9, 1);
        assertThat(remembered()).containsExactlyInAnyOrder("n/1", "o/1");
    }

    @Test
    void imagesThatNoModelSawAskForARoundOfEachModelThatIsWatched() {
        observe(FIRST, .9, 1);
        observe(new ModelVersion("n", 4), .9, 1);
        observe(Watched.NO_MODEL, .6, CONFIG.reference());
        observe(Watched.NO_MODEL, .3, 2 * CONFIG.window());

        assertThat(rounds.readRecordsToList())
                .allSatisfy(record -> assertThat(record.value())
                        .isInstanceOfSatisfying(RoundMessage.Request.class, request -> {
                            assertThat(request.model()).isEqualTo(record.key());
                            assertThat(request.detail())
                                    .contains("that no model saw: brightness: D=", "of 4 pixel statistics moved");
                        }))
                .extracting(TestRecord::key)
                .containsExactlyInAnyOrder("m", "n");
        assertThat(alarms()).isOne();
        assertThat(registry.get("freshet.ingest.drift.pixels.distance").gauge().value())
                .isGreaterThan(.9);
        assertThat(registry.get("freshet.ingest.drift.distance").gauge().value())
                .isNaN();
    }

    @Test
    void theWatchOverImagesThatNoModelSawMakesWayForNoModel() {
        observe(Watched.NO_MODEL, .6, 1);
        for (String model : List.of("m", "n", "o")) {
            clock.advance(Duration.ofMinutes(1));
            observe(new ModelVersion(model, 1), .9, 1);
        }
        clock.advance(Duration.ofMinutes(1));
        observe(Watched.NO_MODEL, .6, 1);

        assertThat(remembered()).containsExactlyInAnyOrder("no-model/1", "n/1", "o/1");
    }

    @Test
    void stateDoesNotGrowWithTheTraffic() {
        observe(FIRST, .9, CONFIG.reference() + 20 * CONFIG.window() + 7);

        assertThat(sketched()).containsExactlyInAnyOrder(CONFIG.reference(), 7);
    }

    private List<Integer> sketched() {
        List<Integer> counts = new ArrayList<>();
        try (var entries = driver.<String, ObservationSketch>getKeyValueStore("drift-sketches")
                .all()) {
            entries.forEachRemaining(entry -> counts.add((int) entry.value.count()));
        }
        return counts;
    }

    private Set<String> remembered() {
        Set<String> watches = new HashSet<>();
        Set<String> observed = new HashSet<>();
        try (var entries =
                driver.<String, Watch>getKeyValueStore("drift-progress").all()) {
            entries.forEachRemaining(entry -> watches.add(entry.key));
        }
        try (var entries = driver.<String, ObservationSketch>getKeyValueStore("drift-sketches")
                .all()) {
            entries.forEachRemaining(entry -> observed.add(entry.value.model().toString()));
        }
        assertThat(observed).isEqualTo(watches);
        return watches;
    }

    private void observe(ModelVersion version, double confidence, int count) {
        for (int i = 0; i < count; i++) {
            observations.pipeInput(
                    version.model(),
                    new Prediction(
                            version,
                            "",
                            (float) (confidence + .02 * random.nextGaussian()),
                            Stream.generate(() -> (float) random.nextGaussian())
                                    .limit(4)
                                    .toList()));
        }
    }

    private double windows(String result) {
        return registry.get("freshet.ingest.drift.windows")
                .tag("result", result)
                .counter()
                .count();
    }

    private double alarms() {
        return registry.get("freshet.ingest.drift.alarms").counter().count();
    }
}

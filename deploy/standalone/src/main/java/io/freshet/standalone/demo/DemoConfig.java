package io.freshet.standalone.demo;

import io.freshet.ingest.AuditConfig;
import io.freshet.ingest.DeduplicationConfig;
import io.freshet.ingest.IngestConfig;
import io.freshet.ingest.accuracy.AccuracyConfig;
import io.freshet.ingest.budget.BudgetConfig;
import io.freshet.ingest.drift.DriftConfig;
import io.freshet.protocol.image.DecodeLimits;
import io.freshet.serving.ServingConfig;
import io.freshet.serving.capture.CaptureConfig;
import io.freshet.serving.capture.CaptureMode;
import io.freshet.serving.rollout.RolloutConfig;
import io.freshet.serving.rollout.StageConfig;
import io.freshet.standalone.config.FreshetConfig;
import io.freshet.standalone.config.FreshetConfig.AdminConfig;
import io.freshet.standalone.config.FreshetConfig.KafkaConfig;
import io.freshet.standalone.deployment.Ports;
import io.freshet.standalone.tracing.TracingConfig;
import io.freshet.trainer.gate.GateConfig;
import io.freshet.trainer.labelling.LabellingConfig;
import io.freshet.trainer.learning.LabelPolicy;
import io.freshet.trainer.learning.TrainingConfig;
import io.freshet.trainer.model.Noise;
import io.freshet.trainer.round.Candidate;
import io.freshet.trainer.round.RoundConfig;
import io.freshet.trainer.service.TrainerConfig;
import io.freshet.trainer.service.TriggerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The services' configuration in the demo: what production does in days, in minutes. */
final class DemoConfig {

    /** The demo's people are quick: they label one image in seven. */
    private static final double AUDIT_SHARE = .15;

    private DemoConfig() {}

    static FreshetConfig of(DemoOptions options, String model, RunFolder folder) throws IOException {
        List<Integer> ports = Ports.free(4);
        return new FreshetConfig(
                new KafkaConfig("127.0.0.1:" + ports.get(0), Map.of(), true, 2, 1),
                folder.models().toString(),
                new AdminConfig("127.0.0.1", ports.get(1), ports.get(2), 0),
                TracingConfig.defaults(),
                ingest(folder),
                trainer(options, model, folder),
                serving(ports.get(3), folder));
    }

    private static IngestConfig ingest(RunFolder folder) {
        IngestConfig defaults = IngestConfig.defaults();
        return new IngestConfig(
                "freshet-ingest",
                1,
                folder.data("ingest"),
                1,
                DecodeLimits.DEFAULT,
                defaults.keptSide(),
                defaults.images(),
                // To the quick eye of a fingerprint, most of Fashion-MNIST's trousers are one pair.
                new DeduplicationConfig(defaults.deduplication().window(), false, 1),
                new AuditConfig(AUDIT_SHARE, AuditConfig.PUBLIC_SALT),
                new BudgetConfig(1_000, 10_000_000, Duration.ofSeconds(10), 1, 1, .5, 1), // one source, and all of it
                new DriftConfig(600, 150, .001, 2, Duration.ofHours(1), 1, 8),
                AccuracyConfig.defaults());
    }

    private static TrainerConfig trainer(DemoOptions options, String model, RunFolder folder) {
        // Under a shift drift begins the first round, and comes before so many images; they begin the later ones.
        long images = options.shift() ? options.minImages() * 3L : options.minImages();
        return new TrainerConfig(
                model,
                folder.labeled(),
                Optional.of(folder.anchor()),
                .2,
                Optional.empty(),
                false, // near copies are no measure of its images, as above
                Optional.empty(),
                folder.data("trainer"),
                new TriggerConfig(Optional.empty(), Optional.of(images), true, options.minImages(), 8_000),
                rounds(options),
                false, // what suits its images is known, and a search would take minutes
                LabellingConfig.defaults());
    }

    private static RoundConfig rounds(DemoOptions options) {
        Noise first = new Noise(.2, 0, 0);
        Noise student = new Noise(.3, .1, .05);
        return new RoundConfig(
                new TrainingConfig(options.firstSteps(), 64, .3, .1, 5e-4, .99, first, 100),
                "residual-16",
                Optional.empty(),
                new TrainingConfig(options.studentSteps(), 64, .1, .05, 5e-4, .99, student, 100),
                "",
                List.of(Candidate.LABELS, Candidate.BATCH_NORM, Candidate.STUDENT, Candidate.CONSISTENCY),
                true,
                new LabelPolicy(.7, .3, .5),
                RoundConfig.defaults().labeledShare(),
                0,
                true,
                800,
                false,
                1,
                GateConfig.defaults(),
                Optional.empty(),
                options.seed());
    }

    private static ServingConfig serving(int port, RunFolder folder) {
        ServingConfig defaults = ServingConfig.defaults();
        CaptureConfig capture = defaults.capture();
        return new ServingConfig(
                "127.0.0.1",
                port,
                List.of(),
                List.of(),
                defaults.golden(),
                folder.data("serving"),
                defaults.eventLoops(),
                defaults.requestThreads(),
                defaults.sessionThreads(),
                defaults.warmupShare(),
                defaults.drainTime(),
                defaults.closeTimeout(),
                defaults.tls(),
                defaults.adminToken(),
                defaults.batching(),
                rollout(),
                // An image that was answered is in Kafka, whatever is killed after that.
                new CaptureConfig(
                        CaptureMode.DURABLE,
                        capture.share(),
                        capture.maxPerSecond(),
                        capture.excludedSources(),
                        capture.source(),
                        capture.timeout(),
                        Duration.ofMillis(1),
                        capture.bufferBytes(),
                        capture.sketchSize(),
                        capture.whenAway(),
                        folder.data("capture"),
                        capture.spoolBytes(),
                        capture.images()),
                defaults.feedback(),
                defaults.stream(),
                defaults.limits());
    }

    /** At 50 images a second the stages take a second and five. */
    private static RolloutConfig rollout() {
        RolloutConfig defaults = RolloutConfig.defaults();
        return new RolloutConfig(
                new StageConfig(1, 50, Duration.ofSeconds(1), Duration.ofSeconds(10)),
                new StageConfig(.2, 50, Duration.ofSeconds(3), Duration.ofSeconds(15)),
                defaults.criteria());
    }
}

package io.freshet.trainer.service;

import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.Topics;
import io.freshet.protocol.bundle.ModelStore;
import io.freshet.protocol.bundle.SigningKey;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.round.RoundStep;
import io.freshet.protocol.tracing.Tracing;
import io.freshet.trainer.data.LabeledFolder;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.labelling.LabellingMetrics;
import io.freshet.trainer.labelling.SharedLabelling;
import io.freshet.trainer.registry.ModelRegistry;
import io.freshet.trainer.round.Materials;
import io.freshet.trainer.round.RoundRunner;
import io.freshet.trainer.round.RoundSpans;
import io.freshet.trainer.round.StepLog;
import io.freshet.trainer.round.TeacherAnswers;
import io.freshet.trainer.round.WorkFolder;
import io.freshet.trainer.stream.AuditSample;
import io.freshet.trainer.stream.Erasures;
import io.freshet.trainer.stream.MaterialReader;
import io.freshet.trainer.stream.RoundJournal;
import io.freshet.trainer.stream.TopicReader;
import io.freshet.trainer.stream.TopicTail;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trainer of one model. Of two that are started for one model, Kafka lets only the later one write; the earlier one
 * stops.
 *
 * <p>Thread safe. The caller closes it; a round under way is left at a checkpoint and goes on at the next start.
 */
public final class TrainerService implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TrainerService.class);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

    private final TopicReader reader;
    private final RoundJournal journal;
    private final Runnable labelling;
    private final RoundLoop loop;
    private final Thread thread;
    private volatile Optional<Throwable> failure = Optional.empty();

    private TrainerService(TopicReader reader, RoundJournal journal, Runnable labelling, RoundLoop loop) {
        this.reader = reader;
        this.journal = journal;
        this.labelling = labelling;
        this.loop = loop;
        this.thread = new Thread(this::loop, "freshet-trainer");
    }

    /**
     * Reads the labeled set and shuts out other trainers of the model; {@link #start} begins the work.
     *
     * @param configuration as the lineage of models shall state it
     * @throws IOException if the labeled set or the signing key cannot be read
     */
    public static TrainerService open(
            TrainerConfig config,
            Map<String, Object> configuration,
            KafkaConnection connection,
            ModelStore store,
            MeterRegistry meters,
            Clock clock)
            throws IOException {
        return open(config, configuration, connection, store, meters, Tracing.off(), clock);
    }

    /** The same, with traces. */
    public static TrainerService open(
            TrainerConfig config,
            Map<String, Object> configuration,
            KafkaConnection connection,
            ModelStore store,
            MeterRegistry meters,
            Tracing tracing,
            Clock clock)
            throws IOException {
        Optional<SigningKey> signingKey = readSigningKey(config);
        LabeledSet labeledSet = readLabeledSet(config);
        LOG.info(
                "Model {}: {} labeled images to learn from, {} in the anchor, {} classes, {}",
                config.model(),
                labeledSet.training().size(),
                labeledSet.anchor().size(),
                labeledSet.classes().size(),
                labeledSet.shape());
        TopicReader reader = new TopicReader(connection, "freshet-trainer-reader");
        RoundJournal journal = RoundJournal.open(connection, config.model());
        Erasures erasures = new Erasures(reader);
        ModelRegistry registry = new ModelRegistry(config.model(), store, reader);
        TrainerMetrics metrics = new TrainerMetrics(meters);
        RoundMetrics rounds = new RoundMetrics(meters, config.model());
        ImageAges ages = new ImageAges(meters, clock);
        RoundSpans spans = new RoundSpans(tracing, clock);
        StepLog log = new JournalLog(config.model(), journal, metrics, ages, clock);
        Answers answers = answers(config, connection, new LabellingMetrics(meters));
        RoundRunner runner = new RoundRunner(
                config.model(),
                config.rounds(),
                config.search(),
                configuration,
                labeledSet,
                new StreamMaterials(
                        new MaterialReader(
                                reader,
                                labeledSet,
                                erasures,
                                config.leaveOutNear(),
                                (at, trace) -> {
                                    ages.add(at);
                                    trace.ifPresent(spans::learnedFrom);
                                },
                                config.work()),
                        ages),
                answers.teacher(),
                new AuditSample(reader, labeledSet, erasures)::recent,
                registry,
                new WorkFolder(config.work()),
                signingKey,
                log,
                new ProgressLog(metrics),
                spans,
                clock);
        RoundLoop loop = new RoundLoop(
                config.model(),
                TopicTail.fromBeginning(reader, Topics.ROUNDS),
                registry,
                new Snapshots(reader, config.triggers().maxImages()),
                new TriggerPolicy(config.triggers()),
                runner,
                log,
                event -> {
                    metrics.show(event.step());
                    rounds.show(event);
                },
                config.rounds().seed(),
                clock);
        return new TrainerService(reader, journal, answers.closing(), loop);
    }

    /** Who answers for the teacher, and how that ends. */
    private record Answers(TeacherAnswers teacher, Runnable closing) {}

    private static Answers answers(TrainerConfig config, KafkaConnection connection, LabellingMetrics metrics) {
        if (!config.labelling().shared()) {
            return new Answers(metrics.counting(TeacherAnswers.here()), () -> {});
        }
        SharedLabelling shared = new SharedLabelling(config.labelling(), connection, metrics);
        return new Answers(shared, shared::close);
    }

    private static Optional<SigningKey> readSigningKey(TrainerConfig config) throws IOException {
        if (config.signingKey().isEmpty()) {
            return Optional.empty();
        }
        SigningKey key = SigningKey.read(config.signingKey().get());
        LOG.info("Bundles are signed with key {}", key.id());
        return Optional.of(key);
    }

    static LabeledSet readLabeledSet(TrainerConfig config) throws IOException {
        LabeledFolder labeled = new LabeledFolder(config.labeled());
        return config.anchor().isPresent()
                ? labeled.read(config.image(), new LabeledFolder(config.anchor().get()))
                : labeled.read(config.image(), config.anchorShare());
    }

    /** Begins to run rounds, in the background. */
    public void start() {
        thread.start();
    }

    /**
     * Runs one round now, on the caller's thread, in place of {@link #start}.
     *
     * @param detail why, for people
     * @return its last step
     * @throws InterruptedException if the thread is interrupted; the round can go on later
     */
    public RoundStep runOne(String detail) throws InterruptedException {
        return loop.runOne(detail);
    }

    /** Whether it is at work, or has not been started. */
    public boolean isHealthy() {
        return failure.isEmpty();
    }

    /** Why it stopped by itself, if it did. */
    public Optional<Throwable> failure() {
        return failure;
    }

    private void loop() {
        try {
            loop.run();
        } catch (InterruptedException e) {
            LOG.info("The trainer stops");
        } catch (RuntimeException e) {
            LOG.error("The trainer stops: {}", e.getMessage(), e);
            failure = Optional.of(e);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            boolean started = thread.getState() != Thread.State.NEW; // else it ran its round on another thread
            if (started && !thread.join(STOP_TIMEOUT)) {
                LOG.warn("The trainer is still at work after {}", STOP_TIMEOUT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        labelling.run();
        journal.close();
        reader.close();
    }

    private record StreamMaterials(MaterialReader reader, ImageAges ages) implements Materials {

        @Override
        public Material read(RoundStep.Snapshotted snapshot) throws InterruptedException {
            ages.begin();
            return reader.read(snapshot);
        }

        @Override
        public boolean isCurrent(RoundStep.Snapshotted snapshot, Material material) throws InterruptedException {
            return reader.isCurrent(snapshot, material);
        }
    }

    /** Steps go to the journal and are counted. */
    private record JournalLog(String model, RoundJournal journal, TrainerMetrics metrics, ImageAges ages, Clock clock)
            implements StepLog {

        @Override
        public void record(String roundId, RoundStep step) {
            journal.write(event(roundId, step));
            metrics.record(step);
        }

        @Override
        public void record(String roundId, RoundStep.Promoted step, ModelAnnouncement announcement) {
            journal.write(event(roundId, step), announcement);
            metrics.record(step);
            ages.promoted();
        }

        private RoundMessage.Event event(String roundId, RoundStep step) {
            return new RoundMessage.Event(model, clock.instant(), roundId, step);
        }
    }
}

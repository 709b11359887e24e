package io.freshet.ingest;

import io.freshet.protocol.Topics;
import io.freshet.protocol.claim.ImageStore;
import io.freshet.protocol.claim.ImageStores;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.protocol.kafka.KafkaRefusedException;
import io.freshet.protocol.tracing.Tracing;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the ingest topology. Processes with one application id share the work. Started once, and closed by whoever made
 * it; thread safe.
 */
public final class IngestService implements AutoCloseable {

    /** How long closing waits for what is under way; what is not done by then is done again after the next start. */
    static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);

    private static final Logger LOG = LoggerFactory.getLogger(IngestService.class);

    private final IngestConfig config;
    private final KafkaConnection kafka;
    private final ImageStores stores;
    private final MeterRegistry registry;
    private final Clock clock;
    private final Tracing tracing;
    private final FailurePolicy failures;
    private final AtomicBoolean gaveUp = new AtomicBoolean();
    private volatile @Nullable Running running;

    private record Running(KafkaStreams streams, KafkaStreamsMetrics metrics, Optional<ImageRetention> retention) {}

    /** One whose image store, if it has any, is a folder; without traces. */
    public IngestService(IngestConfig config, KafkaConnection kafka, MeterRegistry registry, Clock clock) {
        this(config, kafka, ImageStores.folders(), registry, clock, Tracing.off());
    }

    /** @param stores opens the image store that the configuration names, once it is started */
    public IngestService(
            IngestConfig config,
            KafkaConnection kafka,
            ImageStores stores,
            MeterRegistry registry,
            Clock clock,
            Tracing tracing) {
        this.config = config;
        this.kafka = kafka;
        this.stores = stores;
        this.registry = registry;
        this.clock = clock;
        this.tracing = tracing;
        this.failures = new FailurePolicy(clock);
    }

    /**
     * Begins to process; returns before it is {@link #isReady}.
     *
     * @throws io.freshet.protocol.kafka.BrokerUnreachableException if no broker answers
     * @throws MissingTopicsException if the topics of {@link Topics} that it needs are not there
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public synchronized void start() throws InterruptedException {
        if (running != null) {
            throw new IllegalStateException("Ingest has been started before");
        }
        kafka.requireReachable(KafkaConnection.START_TIMEOUT);
        Optional<ImageStore> images = config.images().open(stores);
        KafkaStreams streams = streams(requireTopics(), images);
        KafkaStreamsMetrics metrics = new KafkaStreamsMetrics(streams);
        Optional<ImageRetention> retention =
                images.map(store -> new ImageRetention(store, config.images().retention(), clock));
        running = new Running(streams, metrics, retention);
        streams.setUncaughtExceptionHandler(this::onFailure);
        streams.start();
        metrics.bindTo(registry);
        retention.ifPresent(ImageRetention::start);
        LOG.info("Ingest reads {} at {} with {} threads", Topics.TRAFFIC, kafka.bootstrapServers(), config.threads());
    }

    /** False once it has given up after failures: then only a new process, or a person, helps. */
    public boolean isHealthy() {
        return switch (state()) {
            case CREATED, REBALANCING, RUNNING, PENDING_SHUTDOWN, NOT_RUNNING -> true;
            case PENDING_ERROR, ERROR -> false;
        };
    }

    /** Whether it has its share of the work, and does it. */
    public boolean isReady() {
        return state() == KafkaStreams.State.RUNNING;
    }

    /** Finishes what is under way and leaves the rest to the other processes; waits at most 20 seconds for that. */
    @Override
    public synchronized void close() {
        Running started = running;
        if (started == null) {
            return;
        }
        started.metrics().close();
        started.retention().ifPresent(ImageRetention::close);
        // Leaving, instead of being missed after the session's time, lets another go on at once.
        boolean inTime = started.streams()
                .close(CloseOptions.timeout(CLOSE_TIMEOUT)
                        .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
        if (!inTime) {
            LOG.warn("Ingest did not stop within {} s", CLOSE_TIMEOUT.toSeconds());
        }
    }

    private KafkaStreams.State state() {
        Running started = running;
        return started == null ? KafkaStreams.State.CREATED : started.streams().state();
    }

    private KafkaStreams streams(int partitions, Optional<ImageStore> images) {
        StreamsConfig streamsConfig = new StreamsConfig(StreamsSettings.of(config, kafka));
        StreamsBuilder builder = new StreamsBuilder(new TopologyConfig(streamsConfig));
        new IngestTopology(config, partitions, images, registry, clock, tracing).addTo(builder);
        return new KafkaStreams(builder.build(), streamsConfig);
    }

    /** Kafka Streams logs the failure's trace itself. */
    private StreamThreadExceptionResponse onFailure(Throwable failure) {
        return switch (failures.react(failure)) {
            case TRY_AGAIN -> {
                LOG.warn("Ingest of {} failed, and tries again: {}", Topics.TRAFFIC, failure.toString());
                yield StreamThreadExceptionResponse.REPLACE_THREAD;
            }
            case GIVE_UP -> {
                if (!gaveUp.getAndSet(true)) { // each thread may fail, and the first says it all
                    LOG.error("Ingest of {} failed, and stops: {}", Topics.TRAFFIC, reason(failure));
                }
                yield StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            }
        };
    }

    /** Where Kafka refuses, all is named that an ACL must be for: its own message leaves out which right it is. */
    private String reason(Throwable failure) {
        return KafkaRefusedException.in(failure)
                .map(refused -> refused.getMessage() + ". Ingest needs Read on the group " + config.applicationId()
                        + ", Write on the transactional ids that begin with " + config.applicationId()
                        + "-, and Create, Delete, Describe, DescribeConfigs, Read and Write on the topics that do")
                .orElseGet(failure::toString);
    }

    /** That the topics are there; returns the partitions of the traffic. */
    private int requireTopics() throws InterruptedException {
        try (Admin admin = Admin.create(kafka.clientConfig(Map.of()))) {
            List<String> needed = Stream.of(
                            Topics.TRAFFIC,
                            Topics.TRAFFIC_DLQ,
                            Topics.UNLABELED,
                            Topics.LABEL_REQUESTS,
                            Topics.LABELS,
                            Topics.ROUNDS,
                            Topics.ERASURES)
                    .map(Topics::topicName)
                    .toList();
            Set<String> existing = get(admin.listTopics().names());
            List<String> missing =
                    needed.stream().filter(topic -> !existing.contains(topic)).toList();
            if (!missing.isEmpty()) {
                throw new MissingTopicsException(missing, kafka.bootstrapServers());
            }
            return get(admin.describeTopics(List.of(Topics.TRAFFIC.topicName())).allTopicNames()).values().stream()
                    .mapToInt(topic -> topic.partitions().size())
                    .sum();
        }
    }

    private <T> T get(KafkaFuture<T> answer) throws InterruptedException {
        try {
            return answer.get(KafkaConnection.START_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("Cannot list the topics at " + kafka.bootstrapServers() + ": " + e, e);
        }
    }
}

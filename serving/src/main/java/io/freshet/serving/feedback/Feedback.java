package io.freshet.serving.feedback;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.Label;
import io.freshet.protocol.Topics;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.serving.feedback.AnsweredIndex.Answered;
import io.freshet.serving.model.ModelManager;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings labels that come later to {@link Topics#LABELS}, under the id of the image that was answered, whichever replica
 * answered it. Thread safe. The caller closes it.
 */
public final class Feedback implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Feedback.class);

    /** The longest that a request waits for Kafka. */
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final ModelManager models;
    private final Executor executor;
    private final Clock clock;
    private final FeedbackMetrics metrics;
    private final AnsweredIndex index;
    private final AnsweredFollower follower;
    private final Producer<String, byte[]> labels;

    private Feedback(
            FeedbackConfig config,
            KafkaConnection kafka,
            ModelManager models,
            Producer<String, byte[]> labels,
            Executor executor,
            Clock clock,
            MeterRegistry registry) {
        this.models = models;
        this.labels = labels;
        this.executor = executor;
        this.clock = clock;
        this.metrics = new FeedbackMetrics(registry);
        this.index = new AnsweredIndex(config.remembered());
        this.follower = new AnsweredFollower(kafka, config.remembered(), index::add, index::remove);
        Gauge.builder("freshet.serving.feedback.remembered", index, AnsweredIndex::size)
                .description("Captured images that a label may still come for")
                .baseUnit("images")
                .register(registry);
    }

    /**
     * Begins to follow what all replicas answer.
     *
     * @param executor runs what Kafka may hold up for some seconds
     */
    public static Feedback start(
            FeedbackConfig config,
            KafkaConnection kafka,
            ModelManager models,
            Executor executor,
            Clock clock,
            MeterRegistry registry) {
        int timeout = Math.toIntExact(TIMEOUT.toMillis());
        Producer<String, byte[]> labels = new KafkaProducer<>(
                kafka.clientConfig(Map.of(
                        ProducerConfig.CLIENT_ID_CONFIG,
                        "freshet-serving-feedback",
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        timeout,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        timeout / 2,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        timeout)),
                new StringSerializer(),
                new ByteArraySerializer());
        Feedback feedback = new Feedback(config, kafka, models, labels, executor, clock, registry);
        feedback.follower.start();
        return feedback;
    }

    /**
     * Takes the label of an answer's only image, or of one of its several.
     *
     * @param eventId the request's id, or with a hyphen and the image's number behind it
     * @param source who says so
     * @return never fails; the caller's thread may be held up while Kafka is away
     */
    public CompletionStage<FeedbackResult> label(String eventId, TrueLabel label, String source) {
        return find(List.of(eventId))
                .thenCompose(found -> {
                    if (found.isPresent()) {
                        return take(found.get(), List.of(label), source);
                    }
                    return counted(
                            index.find(eventId + "-0").isPresent()
                                    ? new FeedbackResult.OtherCount(
                                            "The request had several images: say 'labels', or add -N to" + " its id")
                                    : new FeedbackResult.UnknownRequest());
                })
                .exceptionally(this::away);
    }

    /**
     * Takes the labels of an answer's images, in their order.
     *
     * @param source who says so
     * @return never fails; the caller's thread may be held up while Kafka is away
     */
    public CompletionStage<FeedbackResult> labels(String requestId, List<TrueLabel> given, String source) {
        List<String> eventIds = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            eventIds.add(requestId + "-" + i);
        }
        return find(eventIds)
                .thenCompose(found -> {
                    if (found.isPresent()
                            && index.find(requestId + "-" + given.size()).isEmpty()) {
                        return take(found.get(), given, source);
                    }
                    boolean known = index.find(requestId).isPresent()
                            || index.find(requestId + "-0").isPresent();
                    return counted(
                            known
                                    ? new FeedbackResult.OtherCount(
                                            "The request had not " + given.size() + " captured images")
                                    : new FeedbackResult.UnknownRequest());
                })
                .exceptionally(this::away);
    }

    /** All of them, or nothing; before it says nothing, it reads what other replicas have answered up to now. */
    private CompletableFuture<Optional<List<Answered>>> find(List<String> eventIds) {
        Optional<List<Answered>> found = lookUp(eventIds);
        return found.isPresent()
                ? CompletableFuture.completedFuture(found)
                : follower.caughtUp()
                        .orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                        .thenApplyAsync(reached -> lookUp(eventIds), executor);
    }

    private Optional<List<Answered>> lookUp(List<String> eventIds) {
        List<Answered> found = new ArrayList<>();
        for (String eventId : eventIds) {
            Optional<Answered> answered = index.find(eventId);
            if (answered.isEmpty()) {
                return Optional.empty();
            }
            found.add(answered.get());
        }
        return Optional.of(found);
    }

    private CompletionStage<FeedbackResult> take(List<Answered> images, List<TrueLabel> given, String source) {
        List<Label> named = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            Answered image = images.get(i);
            if (given.get(i) instanceof TrueLabel.Unknown) {
                continue;
            }
            Optional<List<String>> classes = classes(image.model());
            if (classes.isEmpty()) {
                return counted(new FeedbackResult.ModelAway(image.model()));
            }
            Optional<String> name = given.get(i).among(classes.get());
            if (name.isEmpty()) {
                return counted(new FeedbackResult.UnknownClass(given.get(i).text(), classes.get()));
            }
            named.add(new Label(image.id(), name.get(), source, clock.instant()));
        }
        CompletableFuture<?>[] sent = named.stream().map(this::send).toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(sent).thenCompose(all -> counted(new FeedbackResult.Taken(named.size())));
    }

    private Optional<List<String>> classes(String model) {
        return models.find(model) instanceof ModelManager.Lookup.InService found
                ? found.model().descriptor().map(ModelDescriptor::classes)
                : Optional.empty();
    }

    private CompletableFuture<@Nullable Void> send(Label label) {
        CompletableFuture<@Nullable Void> sent = new CompletableFuture<>();
        Future<?> unused = labels.send(
                new ProducerRecord<>(Topics.LABELS.topicName(), label.id().hex(), Codecs.LABEL.encode(label)),
                (metadata, fault) -> {
                    if (fault == null) {
                        sent.complete(null);
                    } else {
                        sent.completeExceptionally(fault);
                    }
                });
        return sent;
    }

    private CompletionStage<FeedbackResult> counted(FeedbackResult result) {
        metrics.count(result);
        return CompletableFuture.completedFuture(result);
    }

    private FeedbackResult away(Throwable fault) {
        LOG.warn("A label does not reach Kafka: {}", fault.toString());
        FeedbackResult result = new FeedbackResult.KafkaAway();
        metrics.count(result);
        return result;
    }

    @Override
    public void close() {
        follower.close();
        labels.close(TIMEOUT);
    }
}

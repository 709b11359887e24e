package io.freshet.protocol;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.TopicConfig;

/** The topics, each with what its records mean. */
public enum Topics {

    /** Images as clients sent them, in CloudEvents' binary mode (see {@link TrafficImage}); any key. */
    TRAFFIC("freshet.traffic", Duration.ofDays(7)),

    /** Traffic that ingest refused: the bytes and headers as they were, and why in further headers. */
    TRAFFIC_DLQ("freshet.traffic.dlq", Duration.ofDays(30)),

    /** {@link UnlabeledImage}s by image id. */
    UNLABELED("freshet.unlabeled", Duration.ofDays(30)),

    /** {@link LabelRequest}s by image id: the audit sample's images, for people to label. */
    LABEL_REQUESTS("freshet.label-requests", Duration.ofDays(30)),

    /** {@link AnsweredImage}s by event id: where the labels that clients bring later find their images. */
    ANSWERED("freshet.answered", Duration.ofDays(30)),

    /** {@link Label}s by image id; compacted, the last word on an image holds. */
    LABELS("freshet.labels"),

    /** {@link ModelAnnouncement}s by the model's name; compacted, the last is the version to serve. */
    MODELS("freshet.models"),

    /** {@link ServingPolicy}s by the model's name; compacted. */
    POLICIES("freshet.policies"),

    /** {@link io.freshet.protocol.round.RoundMessage}s by the model's name: requests for rounds, and their steps. */
    ROUNDS("freshet.rounds", Duration.ofDays(365));

    /** The largest record, of an image and its headers, in bytes. */
    public static final int MAX_RECORD_BYTES = 8 * 1024 * 1024;

    private final String topicName;
    private final Optional<Duration> retention;

    /** A topic that keeps its records for a time. */
    Topics(String topicName, Duration retention) {
        this.topicName = topicName;
        this.retention = Optional.of(retention);
    }

    /** A compacted topic. */
    Topics(String topicName) {
        this.topicName = topicName;
        this.retention = Optional.empty();
    }

    /** As in {@code freshet.traffic}. */
    public String topicName() {
        return topicName;
    }

    /** How long its records are kept; absent if it is compacted. */
    public Optional<Duration> retention() {
        return retention;
    }

    /** Whether only the last record of a key is kept, for ever; else all are, for the retention. */
    public boolean compacted() {
        return retention.isEmpty();
    }

    /** Whether the topic carries images, and so is spread over partitions; the others are small and have one. */
    public boolean partitioned() {
        return switch (this) {
            case TRAFFIC, TRAFFIC_DLQ, UNLABELED, LABEL_REQUESTS, ANSWERED, LABELS -> true;
            case MODELS, POLICIES, ROUNDS -> false;
        };
    }

    /** The topic's configuration at the broker. */
    public Map<String, String> config() {
        Map<String, String> config = new HashMap<>();
        config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(MAX_RECORD_BYTES));
        config.put(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                compacted() ? TopicConfig.CLEANUP_POLICY_COMPACT : TopicConfig.CLEANUP_POLICY_DELETE);
        retention.ifPresent(time -> config.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(time.toMillis())));
        if (this == TRAFFIC) {
            // A producer whose clock is wrong would else have its images deleted at once, or never.
            config.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
        }
        return Map.copyOf(config);
    }

    @Override
    public String toString() {
        return topicName;
    }
}

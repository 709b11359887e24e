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
    UNLABELED("freshet.unlabeled", Cleanup.ERASABLE, Duration.ofDays(30)),

    /** {@link LabelRequest}s by image id: the audit sample's images, for people to label. */
    LABEL_REQUESTS("freshet.label-requests", Cleanup.ERASABLE, Duration.ofDays(30)),

    /** {@link AnsweredImage}s by event id: where the labels that clients bring later find their images. */
    ANSWERED("freshet.answered", Cleanup.ERASABLE, Duration.ofDays(30)),

    /** {@link Label}s by image id; compacted, the last word on an image holds. */
    LABELS("freshet.labels"),

    /** {@link ModelAnnouncement}s by the model's name; compacted, the last is the version to serve. */
    MODELS("freshet.models"),

    /** {@link ServingPolicy}s by the model's name; compacted. */
    POLICIES("freshet.policies"),

    /** {@link io.freshet.protocol.round.RoundMessage}s by the model's name: requests for rounds, and their steps. */
    ROUNDS("freshet.rounds", Duration.ofDays(365)),

    /** {@link Erasure}s by what is erased; compacted. */
    ERASURES("freshet.erasure"),

    /** {@link io.freshet.protocol.labelling.LabellingTask}s without a key: unlabeled images for a round's teacher to label. */
    LABELLING_TASKS("freshet.labelling.tasks", Duration.ofDays(1)),

    /** {@link io.freshet.protocol.labelling.ChunkLabels} by job and chunk: what the teacher said of them. */
    LABELLING_LABELS("freshet.labelling.labels", Duration.ofDays(1));

    /** How long a record that was erased may lie on a broker's disk, beside the time in which a segment fills. */
    public static final Duration ERASED_WITHIN = Duration.ofDays(7);

    /** Brokers delete and compact a segment at a time, and none of those that carry images is written to for longer. */
    public static final Duration SEGMENT = Duration.ofDays(1);

    /** The largest record, of an image and its headers, in bytes. */
    public static final int MAX_RECORD_BYTES = 8 * 1024 * 1024;

    /** What a broker does with old records. */
    private enum Cleanup {
        /** They go after a time. */
        DELETE,

        /** Of each key the last one stays, for ever. */
        COMPACT,

        /** They go after a time, and before that if their key gets another record: a tombstone erases them. */
        ERASABLE
    }

    private final String topicName;
    private final Cleanup cleanup;
    private final Optional<Duration> retention;

    /** A topic that keeps its records for a time. */
    Topics(String topicName, Duration retention) {
        this(topicName, Cleanup.DELETE, retention);
    }

    Topics(String topicName, Cleanup cleanup, Duration retention) {
        this.topicName = topicName;
        this.cleanup = cleanup;
        this.retention = Optional.of(retention);
    }

    /** A compacted topic. */
    Topics(String topicName) {
        this.topicName = topicName;
        this.cleanup = Cleanup.COMPACT;
        this.retention = Optional.empty();
    }

    /** As in {@code freshet.traffic}. */
    public String topicName() {
        return topicName;
    }

    /** How long records are kept; empty for ever. */
    public Optional<Duration> retention() {
        return retention;
    }

    /** Whether only the last record of a key is kept, so that a tombstone erases it. */
    public boolean compacted() {
        return cleanup != Cleanup.DELETE;
    }

    /** Whether the topic carries images or work on them, and so is spread over partitions; the others have one. */
    public boolean partitioned() {
        return switch (this) {
            case TRAFFIC, TRAFFIC_DLQ, UNLABELED, LABEL_REQUESTS, ANSWERED, LABELS, LABELLING_TASKS, LABELLING_LABELS ->
                true;
            case MODELS, POLICIES, ROUNDS, ERASURES -> false;
        };
    }

    /** The topic's configuration at the broker. */
    public Map<String, String> config() {
        Map<String, String> config = new HashMap<>();
        config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(MAX_RECORD_BYTES));
        config.put(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                switch (cleanup) {
                    case DELETE -> TopicConfig.CLEANUP_POLICY_DELETE;
                    case COMPACT -> TopicConfig.CLEANUP_POLICY_COMPACT;
                    case ERASABLE -> TopicConfig.CLEANUP_POLICY_COMPACT + "," + TopicConfig.CLEANUP_POLICY_DELETE;
                });
        retention.ifPresent(time -> config.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(time.toMillis())));
        if (partitioned()) {
            config.put(TopicConfig.SEGMENT_MS_CONFIG, Long.toString(SEGMENT.toMillis()));
            if (compacted()) {
                config.put(TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG, Long.toString(ERASED_WITHIN.toMillis()));
            }
        }
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

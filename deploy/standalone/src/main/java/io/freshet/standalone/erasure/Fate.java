package io.freshet.standalone.erasure;

import io.freshet.protocol.Topics;
import io.freshet.standalone.config.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.TopicConfig;

/**
 * When a topic loses what was erased, by its configuration at the broker. Pure.
 *
 * @param within the longest that a record can still lie there; empty where that has no bound
 * @param mend the settings that are missing for a tombstone to erase, as {@code kafka-configs.sh --add-config} takes them;
 *     empty if none is
 */
public record Fate(Topics topic, boolean byTombstone, Optional<Duration> within, Optional<String> mend) {

    /** @param config of the topic at the broker */
    public static Fate of(Topics topic, Map<String, String> config) {
        String policy = config.getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, "");
        boolean compacts = List.of(policy.split(",")).contains(TopicConfig.CLEANUP_POLICY_COMPACT);
        boolean deletes = List.of(policy.split(",")).contains(TopicConfig.CLEANUP_POLICY_DELETE);
        Optional<Duration> segment = time(config, TopicConfig.SEGMENT_MS_CONFIG);
        Optional<Duration> compacted =
                compacts ? time(config, TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG) : Optional.empty();
        Optional<Duration> deleted = deletes ? time(config, TopicConfig.RETENTION_MS_CONFIG) : Optional.empty();
        Optional<Duration> within = compacted.isPresent() ? compacted : deleted;
        boolean mended = !topic.compacted() || compacted.isPresent();
        return new Fate(
                topic,
                compacts,
                within.flatMap(time -> segment.map(time::plus)),
                mended ? Optional.empty() : Optional.of(wanted(topic)));
    }

    /** What the broker takes for without end is none. */
    private static Optional<Duration> time(Map<String, String> config, String key) {
        return Optional.ofNullable(config.get(key))
                .map(Long::parseLong)
                .filter(millis -> millis >= 0 && millis < Long.MAX_VALUE)
                .map(Duration::ofMillis);
    }

    private static String wanted(Topics topic) {
        Map<String, String> config = topic.config();
        return TopicConfig.CLEANUP_POLICY_CONFIG + "=[" + config.get(TopicConfig.CLEANUP_POLICY_CONFIG) + "],"
                + TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG + "="
                + config.get(TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG) + "," + TopicConfig.SEGMENT_MS_CONFIG + "="
                + config.get(TopicConfig.SEGMENT_MS_CONFIG);
    }

    /** In a line, for people. */
    public String describe() {
        String time = within.map(bound -> "within " + Durations.format(bound)).orElse("at no set time");
        return byTombstone && topic.compacted()
                ? "the records go when Kafka compacts, " + time
                : "no single record can be removed: they go with their time, " + time;
    }
}

package io.freshet.ingest;

import io.freshet.ingest.accuracy.AccuracyConfig;
import io.freshet.ingest.budget.BudgetConfig;
import io.freshet.ingest.drift.DriftConfig;
import io.freshet.protocol.image.DecodeLimits;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * How ingest runs.
 *
 * @param applicationId Kafka's name for the group of ingest processes that share the work, and the beginning of their
 *     internal topics' names: another id starts over, from the oldest traffic
 * @param threads that process partitions, in this process; decoding takes nearly all of their time, so one a core
 * @param stateDirectory for local state, which Kafka can restore; of one process only
 * @param internalReplicas replicas of the internal topics, or -1 for the brokers' default
 * @param keptSide longest side of an image that is kept, in pixels; a larger one is shrunk
 * @param images that are too large for a record
 */
public record IngestConfig(
        String applicationId,
        int threads,
        Path stateDirectory,
        int internalReplicas,
        DecodeLimits decode,
        int keptSide,
        ImagesConfig images,
        DeduplicationConfig deduplication,
        AuditConfig audit,
        BudgetConfig budget,
        DriftConfig drift,
        AccuracyConfig accuracy) {

    /** A PNG of noise with three bytes a pixel still fits into a record. */
    private static final int LARGEST_SIDE = 1_536;

    private static final Pattern APPLICATION_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    public IngestConfig {
        if (!APPLICATION_ID.matcher(applicationId).matches()) {
            throw new IllegalArgumentException(
                    "applicationId becomes a part of topics' names: letters, digits, '.', '_'"
                            + " and '-', at most 100, beginning with a letter or a digit, not '" + applicationId + "'");
        }
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, not " + threads);
        }
        if (keptSide < 1 || keptSide > LARGEST_SIDE) {
            throw new IllegalArgumentException("keptSide must be at least 1, and at most " + LARGEST_SIDE
                    + " for an image to fit into a record, not " + keptSide);
        }
        if (internalReplicas != -1 && (internalReplicas < 1 || internalReplicas > Short.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "internalReplicas must be at least 1, or -1 for the brokers' default, not " + internalReplicas);
        }
    }

    public static IngestConfig defaults() {
        return new IngestConfig(
                "freshet-ingest",
                Runtime.getRuntime().availableProcessors(),
                Path.of("data", "ingest"),
                -1,
                DecodeLimits.DEFAULT,
                512,
                ImagesConfig.defaults(),
                DeduplicationConfig.defaults(),
                AuditConfig.defaults(),
                BudgetConfig.defaults(),
                DriftConfig.defaults(),
                AccuracyConfig.defaults());
    }
}

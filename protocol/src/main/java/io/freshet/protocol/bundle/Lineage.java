package io.freshet.protocol.bundle;

import io.freshet.protocol.OffsetRange;
import io.freshet.protocol.round.Trigger;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Where a model comes from: enough to train it again.
 *
 * @param unlabeled offsets that the round learned from
 * @param labels offsets whose labels the round used
 * @param labeledSetSha256 over the labeled images and the anchor, in their order
 * @param configuration of the round
 * @param codeVersion of Freshet
 * @param erasures offset of {@code freshet.erasure}: what was erased below it was left out; 0 in bundles that say nothing
 *     of it
 * @param materialSha256 over the ids of all images that it learned from, in their order; empty in bundles that say nothing
 *     of it
 */
public record Lineage(
        String roundId,
        Trigger trigger,
        List<OffsetRange> unlabeled,
        List<OffsetRange> labels,
        String labeledSetSha256,
        long seed,
        Map<String, Object> configuration,
        String codeVersion,
        long erasures,
        String materialSha256) {

    /** Of a round that knew of no erasures, and does not say which images it learned from. */
    public Lineage(
            String roundId,
            Trigger trigger,
            List<OffsetRange> unlabeled,
            List<OffsetRange> labels,
            String labeledSetSha256,
            long seed,
            Map<String, Object> configuration,
            String codeVersion) {
        this(roundId, trigger, unlabeled, labels, labeledSetSha256, seed, configuration, codeVersion, 0, "");
    }

    public Lineage {
        materialSha256 = Objects.requireNonNullElse(materialSha256, "");
        unlabeled = List.copyOf(unlabeled);
        labels = List.copyOf(labels);
        configuration = Map.copyOf(configuration);
    }
}

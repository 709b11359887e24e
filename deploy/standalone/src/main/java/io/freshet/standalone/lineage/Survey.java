package io.freshet.standalone.lineage;

import io.freshet.protocol.OffsetRange;
import io.freshet.protocol.Topics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the images of a version's offsets have in common: counted one by one. Not thread safe. */
public final class Survey {

    private int images;
    private int audit;
    private Optional<Instant> first = Optional.empty();
    private Optional<Instant> last = Optional.empty();
    private final Map<Integer, OffsetRange> traffic = new TreeMap<>();

    public void add(KnownImage image) {
        images++;
        audit += image.audit() ? 1 : 0;
        Instant at = image.observedAt();
        first = Optional.of(first.filter(at::isAfter).orElse(at));
        last = Optional.of(last.filter(at::isBefore).orElse(at));
        long offset = image.traffic().offset();
        traffic.merge(
                image.traffic().partition(),
                new OffsetRange(Topics.TRAFFIC.topicName(), image.traffic().partition(), offset, offset + 1),
                (a, b) -> new OffsetRange(
                        a.topic(), a.partition(), Math.min(a.from(), b.from()), Math.max(a.to(), b.to())));
    }

    /** How many are still there. */
    public int images() {
        return images;
    }

    /** How many of them belong to the audit sample. */
    public int audit() {
        return audit;
    }

    /** When the first of them was observed; empty if there are none. */
    public Optional<Instant> first() {
        return first;
    }

    /** When the last of them was observed; empty if there are none. */
    public Optional<Instant> last() {
        return last;
    }

    /** The least range of each partition of {@code freshet.traffic} that has them all. */
    public List<OffsetRange> traffic() {
        return List.copyOf(traffic.values());
    }
}

package io.freshet.trainer.service;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.OffsetRange;
import io.freshet.protocol.Topics;
import io.freshet.protocol.round.RoundStep.Snapshotted;
import io.freshet.protocol.round.Trigger;
import io.freshet.trainer.service.TriggerPolicy.Start;
import io.freshet.trainer.stream.TopicReader;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Fixes what a round learns from. For one thread at a time. */
final class Snapshots {

    private final TopicReader reader;
    private final long maxImages;

    Snapshots(TopicReader reader, long maxImages) {
        this.reader = reader;
        this.maxImages = maxImages;
    }

    /** How many images there are from a moment on, counted by offsets. */
    long imagesSince(Optional<Instant> moment) {
        return count(ranges(moment));
    }

    /** How many images there are beyond those of an earlier snapshot, counted by offsets. */
    long imagesAfter(List<OffsetRange> earlier) {
        return count(reader.after(Topics.UNLABELED, earlier));
    }

    Snapshotted take(Start start, Optional<ModelVersion> champion, long seed) {
        List<OffsetRange> unlabeled = start.trigger() == Trigger.INITIAL ? List.of() : ranges(start.since());
        return new Snapshotted(start.trigger(), start.detail(), champion, unlabeled, reader.all(Topics.LABELS), seed);
    }

    private List<OffsetRange> ranges(Optional<Instant> moment) {
        List<OffsetRange> latest = reader.latest(Topics.UNLABELED, maxImages);
        if (moment.isEmpty()) {
            return latest;
        }
        List<OffsetRange> since = reader.since(Topics.UNLABELED, moment.get());
        return IntStream.range(0, latest.size())
                .mapToObj(i -> later(latest.get(i), since.get(i)))
                .toList();
    }

    /** Both are of one partition, for the reader lists partitions in one order. */
    private static OffsetRange later(OffsetRange a, OffsetRange b) {
        return a.from() >= b.from() ? a : b;
    }

    private static long count(List<OffsetRange> ranges) {
        return ranges.stream().mapToLong(OffsetRange::length).sum();
    }
}

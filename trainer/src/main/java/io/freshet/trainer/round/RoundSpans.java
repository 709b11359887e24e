package io.freshet.trainer.round;

import io.freshet.protocol.round.RoundStep;
import io.freshet.protocol.tracing.Tracing;
import io.micrometer.tracing.Link;
import io.micrometer.tracing.Span;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The trace of a round: a span for each step, within one for the round, which is linked to the traces of images that it
 * learns from. A round that goes on after a restart begins another trace, of the same {@code freshet.round.id}. For one
 * thread at a time.
 */
public final class RoundSpans {

    private final Tracing tracing;
    private final Clock clock;
    private final List<String> images = new ArrayList<>();
    private Instant collecting = Instant.EPOCH;
    private Span round = Span.NOOP;
    private Span step = Span.NOOP;

    public RoundSpans(Tracing tracing, Clock clock) {
        this.tracing = tracing;
        this.clock = clock;
    }

    /** Of a round, or of a step. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException, InterruptedException;
    }

    /** From here on it is told what the next round learns from. */
    void collecting() {
        collecting = clock.instant();
        images.clear();
    }

    /** An image of which the next round learns, by the trace parent of its way through ingest. */
    public void learnedFrom(String traceParent) {
        images.add(traceParent);
    }

    /** Runs a round that has collected what it learns from: only now are the links of its span known. */
    RoundStep round(Round began, Work<RoundStep> work) throws IOException, InterruptedException {
        Instant collected = clock.instant();
        round = begin(began);
        tracing.childOf(round)
                .name("collect")
                .startTimestamp(nanos(collecting), TimeUnit.NANOSECONDS)
                .start()
                .end(nanos(collected), TimeUnit.NANOSECONDS);
        return within(round, () -> {
            RoundStep last = work.run();
            round.tag("freshet.outcome", last.getClass().getSimpleName().toLowerCase(Locale.ROOT));
            return last;
        });
    }

    private Span begin(Round began) {
        Span.Builder builder = tracing.root()
                .name("round")
                .startTimestamp(nanos(collecting), TimeUnit.NANOSECONDS)
                .tag("freshet.round.id", began.id())
                .tag("freshet.trigger", began.snapshot().trigger().name().toLowerCase(Locale.ROOT));
        for (String image : images) {
            Optional<Link> link = tracing.link(image);
            if (link.isPresent()) {
                builder = builder.addLink(link.get());
            }
        }
        return builder.start();
    }

    /** Runs a step of the round under way. */
    <T> T step(String name, Work<T> work) throws IOException, InterruptedException {
        step = tracing.childOf(round).name(name).start();
        return within(step, work);
    }

    /** The {@code traceparent} of the step under way; empty where there is no trace. */
    String traceParent() {
        return tracing.parent(step);
    }

    private static <T> T within(Span span, Work<T> work) throws IOException, InterruptedException {
        try {
            return work.run();
        } catch (IOException | InterruptedException | RuntimeException e) {
            span.error(e);
            throw e;
        } finally {
            span.end();
        }
    }

    private static long nanos(Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }
}

package io.freshet.serving.predict;

import io.freshet.protocol.tracing.Tracing;
import io.freshet.serving.batch.BatchRun;
import io.freshet.serving.model.Reply;
import io.micrometer.tracing.Span;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Says in a request's span which version answered it, and how long the request waited for a batch and the network ran: as
 * spans within it, made when both are over, so that batches know nothing of traces. Thread safe.
 */
final class PredictionSpans {

    private final Tracing tracing;
    private final Clock clock;

    PredictionSpans(Tracing tracing, Clock clock) {
        this.tracing = tracing;
        this.clock = clock;
    }

    /** @param since {@link System#nanoTime()} at which the images were decoded and began to wait */
    void answered(Span span, int images, Reply.Answered answered, long since) {
        BatchRun run = answered.run();
        span.tag("freshet.model", answered.model().model());
        span.tag("freshet.version", answered.model().version());
        span.tag("freshet.images", images);
        long epoch = epochNanos() - System.nanoTime();
        long begun = epoch + run.start();
        begin(span, "batch wait", epoch + since).end(begun, TimeUnit.NANOSECONDS);
        begin(span, "batch run", begun)
                .tag("freshet.batch.size", run.images())
                .end(begun + run.nanos(), TimeUnit.NANOSECONDS);
    }

    private Span begin(Span parent, String name, long epochNanos) {
        return tracing.childOf(parent)
                .name(name)
                .startTimestamp(epochNanos, TimeUnit.NANOSECONDS)
                .start();
    }

    private long epochNanos() {
        Instant now = clock.instant();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }
}

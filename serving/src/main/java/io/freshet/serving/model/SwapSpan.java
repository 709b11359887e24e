package io.freshet.serving.model;

import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.tracing.Tracing;
import io.micrometer.tracing.Span;
import java.util.Locale;

/**
 * The span of a version's way into service, in the trace of the round that made it: from its announcement until it serves,
 * or is given up. Each state that it comes to is an event. For one thread at a time.
 */
final class SwapSpan {

    private final Span span;
    private boolean ended;

    private SwapSpan(Span span) {
        this.span = span;
    }

    static SwapSpan begin(Tracing tracing, ModelAnnouncement announcement) {
        if (!tracing.isOn()) {
            return new SwapSpan(Span.NOOP);
        }
        return new SwapSpan(tracing.after(announcement.traceParent())
                .name("swap")
                .kind(Span.Kind.CONSUMER)
                .tag("freshet.model", announcement.model().model())
                .tag("freshet.version", announcement.model().version())
                .start());
    }

    void advance(ServableState state) {
        if (ended || !Tracing.isOfTrace(span)) {
            return;
        }
        span.event(state.getClass().getSimpleName().toLowerCase(Locale.ROOT));
        switch (state) {
            case ServableState.Serving serving -> end("served");
            case ServableState.Refused refused -> {
                span.tag("freshet.reason", refused.reason());
                end("refused");
            }
            case ServableState.Draining draining -> {
                draining.fault().ifPresent(fault -> span.tag("freshet.reason", fault));
                end(draining.fault().isPresent() ? "withdrawn" : "given-up");
            }
            case ServableState.Announced announced -> {}
            case ServableState.Fetched fetched -> {}
            case ServableState.Verified verified -> {}
            case ServableState.Warmed warmed -> {}
            case ServableState.Shadowing shadowing -> {}
            case ServableState.Canary canary -> {}
            case ServableState.Retired retired -> {}
        }
    }

    private void end(String outcome) {
        ended = true;
        span.tag("freshet.outcome", outcome);
        span.end();
    }
}

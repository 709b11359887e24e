package io.freshet.protocol.tracing;

import io.micrometer.tracing.Link;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Headers;

/**
 * Begins spans, and carries their traces over HTTP and Kafka. Switched off, every span is {@link Span#NOOP}, and nothing is
 * read or written. Thread safe.
 */
public final class Tracing {

    private static final Tracing OFF = new Tracing(Tracer.NOOP, Propagator.NOOP);

    /** As of version 00 of W3C's Trace Context; later ones begin in the same way. */
    private static final Pattern PARENT =
            Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

    private static final int SAMPLED = 1;

    private final Tracer tracer;
    private final Propagator propagator;
    private final boolean on;

    /** @param propagator of W3C's Trace Context */
    public Tracing(Tracer tracer, Propagator propagator) {
        this.tracer = tracer;
        this.propagator = propagator;
        this.on = !tracer.equals(Tracer.NOOP);
    }

    /** No traces. */
    public static Tracing off() {
        return OFF;
    }

    public boolean isOn() {
        return on;
    }

    /** Whether a span is of a trace, kept or not, or else {@link Span#NOOP}. */
    public static boolean isOfTrace(Span span) {
        return !Span.NOOP.equals(span);
    }

    /** A span that begins a trace. */
    public Span.Builder root() {
        return tracer.spanBuilder().setNoParent();
    }

    /** A span within another; the parent may have ended. */
    public Span.Builder childOf(Span parent) {
        return isOfTrace(parent) ? tracer.spanBuilder().setParent(parent.context()) : root();
    }

    /** A span that goes on with a trace that came from elsewhere, or begins one where none came. */
    public <C> Span.Builder after(C carrier, Propagator.Getter<C> getter) {
        return propagator.extract(carrier, getter);
    }

    /** A span that goes on with the trace of a record. */
    public Span.Builder after(Headers headers) {
        return after(headers, TraceHeaders::get);
    }

    /** A span that goes on with a trace, by its {@link #parent}. */
    public Span.Builder after(String parent) {
        return after(Map.of(TraceHeaders.PARENT, parent), Map::get);
    }

    /** Whatever reads the record goes on with the span's trace. */
    public void write(Span span, Headers headers) {
        if (isOfTrace(span)) {
            propagator.inject(span.context(), headers, (to, key, value) -> TraceHeaders.set(headers, key, value));
        }
    }

    /** As {@link #write}, and says so in CloudEvents' extension too. */
    public void writeEvent(Span span, Headers headers) {
        if (isOfTrace(span)) {
            propagator.inject(
                    span.context(), headers, (to, key, value) -> TraceHeaders.setExtension(headers, key, value));
        }
    }

    /** The {@code traceparent} by which others go on with the span's trace; empty if there is none. */
    public String parent(Span span) {
        if (!isOfTrace(span)) {
            return "";
        }
        Map<String, String> carrier = new HashMap<>();
        propagator.inject(span.context(), carrier, (to, key, value) -> carrier.put(key, value));
        return carrier.getOrDefault(TraceHeaders.PARENT, "");
    }

    /** The {@code traceparent} of a record, if its trace is one that is kept. */
    public static Optional<String> sampledParent(Headers headers) {
        return Optional.ofNullable(TraceHeaders.get(headers, TraceHeaders.PARENT))
                .filter(parent -> {
                    Matcher matcher = PARENT.matcher(parent);
                    return matcher.matches() && (Integer.parseInt(matcher.group(3), 16) & SAMPLED) != 0;
                });
    }

    /** A link to a span, by its {@code traceparent}; empty if that is none. */
    public Optional<Link> link(String parent) {
        Matcher matcher = PARENT.matcher(parent);
        if (!isOn() || !matcher.matches()) {
            return Optional.empty();
        }
        TraceContext context = tracer.traceContextBuilder()
                .traceId(matcher.group(1))
                .spanId(matcher.group(2))
                .sampled((Integer.parseInt(matcher.group(3), 16) & SAMPLED) != 0)
                .build();
        return Optional.of(new Link(context));
    }

    /** Runs something while a span is the {@link #current} one of the thread. */
    public void within(Span span, Runnable work) {
        Tracer.SpanInScope scope = tracer.withSpan(span);
        try {
            work.run();
        } finally {
            scope.close();
        }
    }

    /** The span that the thread is {@link #within}. */
    public Span current() {
        Span span = tracer.currentSpan();
        return span == null ? Span.NOOP : span;
    }
}

package io.freshet.standalone.tracing;

import io.freshet.protocol.tracing.Tracing;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Sends the spans of a service to a collector, in batches, on a thread of its own: those that find no room, or no
 * collector, are dropped, and nothing waits for them. Thread safe. The caller closes it, after the service.
 */
public final class OtlpTracing implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** Where OpenTelemetry's own warnings come from; held, for a level goes with its logger. */
    private static final Logger EXPORTER = Logger.getLogger("io.opentelemetry.exporter");

    private final Optional<SdkTracerProvider> provider;
    private final Tracing tracing;

    private OtlpTracing(Optional<SdkTracerProvider> provider, Tracing tracing) {
        this.provider = provider;
        this.tracing = tracing;
    }

    /**
     * Begins to trace, if an endpoint is configured; whether it answers shows with the first spans.
     *
     * @param service as in {@code serving}
     */
    public static OtlpTracing open(TracingConfig config, String service) {
        return config.target()
                .map(target -> open(target, sampler(config, service), service))
                .orElseGet(() -> new OtlpTracing(Optional.empty(), Tracing.off()));
    }

    /** Rounds are few, and all of them of interest. */
    private static Sampler sampler(TracingConfig config, String service) {
        return Sampler.parentBased(
                service.equals("trainer") ? Sampler.alwaysOn() : Sampler.traceIdRatioBased(config.sampleRatio()));
    }

    private static OtlpTracing open(URI target, Sampler sampler, String service) {
        EXPORTER.setLevel(Level.OFF); // LoggingExporter says it once
        OtlpHttpSpanExporter exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(target.toString())
                .setTimeout(TIMEOUT)
                .setConnectTimeout(TIMEOUT)
                .setRetryPolicy(null) // the next batch is the next try
                .build();
        SdkTracerProvider provider = SdkTracerProvider.builder()
                .setResource(Resource.getDefault().merge(Resource.create(attributes(service))))
                .setSampler(sampler)
                .addSpanProcessor(BatchSpanProcessor.builder(new LoggingExporter(exporter, target))
                        .build())
                .build();
        Tracer tracer = provider.get("io.freshet");
        OtelCurrentTraceContext current = new OtelCurrentTraceContext();
        ContextPropagators propagators = ContextPropagators.create(W3CTraceContextPropagator.getInstance());
        return new OtlpTracing(
                Optional.of(provider),
                new Tracing(new OtelTracer(tracer, current, event -> {}), new OtelPropagator(propagators, tracer)));
    }

    private static Attributes attributes(String service) {
        AttributesBuilder attributes = Attributes.builder().put("service.name", "freshet-" + service);
        Optional.ofNullable(OtlpTracing.class.getPackage().getImplementationVersion())
                .ifPresent(version -> attributes.put("service.version", version));
        try {
            attributes.put("host.name", InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            // A machine without a name is told by none.
        }
        return attributes.build();
    }

    public Tracing tracing() {
        return tracing;
    }

    /** Sends what has ended so far; returns when it has come, or is dropped. */
    void flush() {
        provider.ifPresent(spans -> spans.forceFlush().join(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** Sends what is left, if the collector takes it within seconds. */
    @Override
    public void close() {
        provider.ifPresent(spans -> spans.shutdown().join(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
    }
}

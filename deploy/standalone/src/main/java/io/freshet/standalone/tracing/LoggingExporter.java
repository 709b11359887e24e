package io.freshet.standalone.tracing;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once that a collector does not take spans, and once that it does again. Thread safe. */
final class LoggingExporter implements SpanExporter {

    private static final Logger LOG = LoggerFactory.getLogger(LoggingExporter.class);

    private final SpanExporter exporter;
    private final URI target;
    private final AtomicBoolean failing = new AtomicBoolean();

    /** @param exporter closed with this one */
    LoggingExporter(SpanExporter exporter, URI target) {
        this.exporter = exporter;
        this.target = target;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        CompletableResultCode result = exporter.export(spans);
        return result.whenComplete(() -> log(result));
    }

    private void log(CompletableResultCode result) {
        if (!result.isSuccess() && !failing.getAndSet(true)) {
            LOG.warn(
                    "Traces cannot be sent to {} (tracing.endpoint), and are dropped until they can: {}",
                    target,
                    why(result.getFailureThrowable()));
        } else if (result.isSuccess() && failing.getAndSet(false)) {
            LOG.info("Traces are sent to {} again", target);
        }
    }

    /** The exception itself is OpenTelemetry's own, and says only that the export failed. */
    private static String why(@Nullable Throwable failure) {
        if (failure == null || failure.getCause() == null) {
            return "something answers there, but does not take them";
        }
        return failure.getCause().toString();
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }
}

package io.freshet.serving;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;

/** The meters of the process. The caller closes it. */
final class JvmMetrics implements AutoCloseable {

    private final JvmGcMetrics collector = new JvmGcMetrics();

    private JvmMetrics() {}

    /** Binds the meters, unless another service of this process has bound them to the registry. */
    static JvmMetrics bind(MeterRegistry registry) {
        JvmMetrics metrics = new JvmMetrics();
        if (registry.find("jvm.memory.used").meter() == null) {
            new ClassLoaderMetrics().bindTo(registry);
            new JvmMemoryMetrics().bindTo(registry);
            new JvmThreadMetrics().bindTo(registry);
            new ProcessorMetrics().bindTo(registry);
            new UptimeMetrics().bindTo(registry);
            metrics.collector.bindTo(registry);
        }
        return metrics;
    }

    @Override
    public void close() {
        collector.close();
    }
}

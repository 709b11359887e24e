package io.freshet.benchmarks.ingest;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** Time on a processor, in microseconds. */
final class ProcessorTime {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private ProcessorTime() {}

    static double ofThisThread() {
        return THREADS.getCurrentThreadCpuTime() / 1e3;
    }

    /** Of the threads that Kafka names by an application, its clients' among them. */
    static double of(String application) {
        double sum = 0;
        for (long id : THREADS.getAllThreadIds()) {
            var thread = THREADS.getThreadInfo(id);
            if (thread != null && thread.getThreadName().contains(application)) {
                sum += THREADS.getThreadCpuTime(id) / 1e3;
            }
        }
        return sum;
    }
}

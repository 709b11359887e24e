package io.freshet.trainer.service;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How busy this process keeps the cores, and how busy the GPUs are, if NVIDIA's driver is there to say. Not thread safe. */
final class Utilisation {

    private static final Logger LOG = LoggerFactory.getLogger(Utilisation.class);
    private static final com.sun.management.OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
    private static final Pattern GPU = Pattern.compile("([0-9]+), ([0-9]+)");
    private static final int PATIENCE_SECONDS = 2;

    private final String program;
    private boolean asksGpus = true;
    private long processorTime = PROCESS.getProcessCpuTime();
    private long time = System.nanoTime();

    Utilisation() {
        this("nvidia-smi");
    }

    /** @param program that is asked for the GPUs as NVIDIA's is */
    Utilisation(String program) {
        this.program = program;
    }

    /** The cores' since the last call, and the GPUs' now: {@code 1.7 of 2 cores, GPU 0 at 93%}. */
    String next() {
        long processorTimeNow = PROCESS.getProcessCpuTime();
        long now = System.nanoTime();
        double cores = (double) (processorTimeNow - processorTime) / Math.max(1, now - time);
        processorTime = processorTimeNow;
        time = now;
        return String.format(Locale.ROOT, "%.1f of %d cores", cores, PROCESS.getAvailableProcessors()) + gpus();
    }

    private String gpus() {
        StringBuilder gpus = new StringBuilder();
        if (asksGpus) {
            Matcher gpu = GPU.matcher(ask());
            while (gpu.find()) {
                gpus.append(", GPU ")
                        .append(gpu.group(1))
                        .append(" at ")
                        .append(gpu.group(2))
                        .append('%');
            }
            asksGpus = !gpus.isEmpty();
        }
        return gpus.toString();
    }

    /** What the program says; nothing where there is none, or it fails. */
    private String ask() {
        try {
            Process process = new ProcessBuilder(
                            program, "--query-gpu=index,utilization.gpu", "--format=csv,noheader,nounits")
                    .redirectErrorStream(true)
                    .start();
            try {
                process.getOutputStream().close();
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                    return "";
                }
                return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } finally {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // training stops at its next step
            return "";
        } catch (IOException e) {
            LOG.debug("No GPU is asked how busy it is", e);
            return "";
        }
    }
}

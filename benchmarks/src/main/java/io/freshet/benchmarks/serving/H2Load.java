package io.freshet.benchmarks.serving;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Closed-loop load by nghttp2's {@code h2load}: each connection has one request under way at a time. It costs little CPU
 * on cores that it shares with the server.
 */
final class H2Load {

    private static final Duration WARMUP = Duration.ofSeconds(4);
    private static final Pattern CPU = Pattern.compile("CPU ([0-9.]+) ([0-9.]+)");

    private H2Load() {}

    /**
     * Runs it.
     *
     * @param http1 HTTP/1.1, else HTTP/2
     * @throws IOException if it is not installed, or did not come to its end
     */
    static Figures run(InetSocketAddress server, Payload payload, boolean http1, int connections, Duration time)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("freshet-h2load");
        Path body = Files.write(folder.resolve("body"), payload.body());
        Path log = folder.resolve("log");
        List<String> command = new ArrayList<>(List.of(
                "h2load",
                "--clients=" + connections,
                "--max-concurrent-streams=1",
                "--threads=1",
                "--warm-up-time=" + WARMUP.toMillis() + "ms",
                "--duration=" + time.toMillis() + "ms",
                "--data=" + body,
                "--log-file=" + log));
        if (http1) {
            command.add("--h1");
        }
        payload.headers().forEach(header -> command.add("--header=" + header));
        command.add("http://127.0.0.1:" + server.getPort() + payload.path());
        String said = run(command);
        Figures figures = figures(log, time, cpuSeconds(said) * share(time));
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
        return figures;
    }

    /** The part of a run that counts; a second of warm-up costs as much CPU as one of it. */
    static double share(Duration time) {
        return (double) time.toMillis() / time.plus(WARMUP).toMillis();
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        List<String> timed = new ArrayList<>(List.of("bash", "-c", "TIMEFORMAT='CPU %U %S'; time \"$@\"", "h2load"));
        timed.addAll(command);
        Process process = new ProcessBuilder(timed).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("h2load failed: " + said);
        }
        return said;
    }

    private static double cpuSeconds(String said) throws IOException {
        Matcher cpu = CPU.matcher(said);
        if (!cpu.find()) {
            throw new IOException("h2load's CPU time is not in: " + said);
        }
        return Double.parseDouble(cpu.group(1)) + Double.parseDouble(cpu.group(2));
    }

    /** A line a request: when it began, in microseconds; its status; and how many microseconds it took. */
    private static Figures figures(Path log, Duration time, double cpuSeconds) throws IOException {
        List<String[]> requests;
        try (Stream<String> lines = Files.lines(log)) {
            requests = lines.map(line -> line.split("\t", -1)).toList();
        }
        long[] micros = requests.stream()
                .filter(request -> request[1].equals("200"))
                .mapToLong(request -> Long.parseLong(request[2]))
                .toArray();
        return Figures.of(micros, requests.size() - micros.length, time, cpuSeconds);
    }
}

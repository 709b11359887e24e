package io.freshet.benchmarks.serving;

import io.freshet.protocol.bundle.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Freshet and MLServer side by side, each in processes of its own: the same network, over gRPC with raw tensors, the same
 * load in turn. MLServer batches adaptively, as Freshet does, in two worker processes.
 *
 * <p>System property {@code peer.mlserver}: the program of that name, from a Python environment that has {@code
 * tensorflow-cpu} too.
 */
final class Peer {

    private static final List<String> FILES = List.of("runtime.py", "model-settings.json");
    private static final int MOST_CONNECTIONS = 64;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration POLL = Duration.ofMillis(100);

    private Peer() {}

    static void measure() throws IOException, InterruptedException, ExecutionException {
        String mlserver = System.getProperty("peer.mlserver");
        if (mlserver == null) {
            throw new IllegalArgumentException("-Dpeer.mlserver must name MLServer's program");
        }
        BenchmarkModel model = Settings.SMALL;
        Path folder = Files.createTempDirectory("freshet-benchmark");
        try {
            InetSocketAddress address = freeAddress();
            layOut(model, folder, address.getPort());
            Process process = new ProcessBuilder(mlserver, "start", folder.toString())
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile())
                    .start();
            try (Site site = Site.start(model, ServingProcess.Rollout.DIRECT, Settings.JVM)) {
                awaitListening(process, address, folder.resolve("log"));
                compare(model, site.address(), address);
            } finally {
                end(process);
            }
        } finally {
            FileTree.delete(folder);
        }
    }

    private static void compare(BenchmarkModel model, InetSocketAddress freshet, InetSocketAddress mlserver)
            throws IOException, InterruptedException {
        Payload payload = Payload.grpc(model, model.image(1));
        H2Load.run(freshet, payload, false, MOST_CONNECTIONS, Settings.WARMUP);
        H2Load.run(mlserver, payload, false, MOST_CONNECTIONS, Settings.WARMUP);
        System.out.printf("%n**%s**, gRPC, raw tensors%n%n", model);
        System.out.println("| connections | | images/s | p50 ms | p99 ms | failed |");
        System.out.println("|---|---|---|---|---|---|");
        for (int connections : new int[] {1, 8, MOST_CONNECTIONS}) {
            row(connections, "Freshet", H2Load.run(freshet, payload, false, connections, Settings.TIME));
            row(connections, "MLServer", H2Load.run(mlserver, payload, false, connections, Settings.TIME));
        }
    }

    /** With the workers that it has started. */
    private static void end(Process process) throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
    }

    private static void layOut(BenchmarkModel model, Path folder, int grpcPort) throws IOException {
        model.write(folder.resolve("saved-model"));
        for (String file : FILES) {
            try (InputStream in = Peer.class.getResourceAsStream("/mlserver/" + file)) {
                if (in == null) {
                    throw new IOException(file + " is not on the class path");
                }
                Files.copy(in, folder.resolve(file));
            }
        }
        Files.writeString(folder.resolve("settings.json"), """
                {"host": "127.0.0.1", "http_port": %d, "grpc_port": %d, "metrics_port": %d, "parallel_workers": 2}
                """.formatted(
                        freeAddress().getPort(), grpcPort, freeAddress().getPort()));
    }

    private static InetSocketAddress freeAddress() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
        }
    }

    /** It listens when its models are loaded. */
    private static void awaitListening(Process process, InetSocketAddress address, Path log)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(address);
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw new IOException("MLServer did not start: " + Files.readString(log), e);
                }
                Thread.sleep(POLL);
            }
        }
    }

    private static void row(int connections, String name, Figures figures) {
        System.out.printf(
                Locale.ROOT,
                "| %d | %s | %.0f | %.2f | %.2f | %d |%n",
                connections,
                name,
                figures.perSecond(),
                figures.p50() / 1e3,
                figures.p99() / 1e3,
                figures.failed());
    }
}

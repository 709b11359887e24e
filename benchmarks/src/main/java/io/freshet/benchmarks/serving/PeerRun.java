package io.freshet.benchmarks.serving;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Load on another server that serves the same network by the Open Inference Protocol over gRPC.
 *
 * <p>Arguments: {@code write}, architecture, side, folder, to write the SavedModel; or {@code load}, architecture, side,
 * port, to print a row for each number of connections.
 */
final class PeerRun {

    private PeerRun() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        BenchmarkModel model = new BenchmarkModel(args[1], Integer.parseInt(args[2]));
        if (args[0].equals("write")) {
            model.write(Path.of(args[3]));
            return;
        }
        InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[3]));
        Payload payload = Payload.grpc(model, model.image(1));
        for (int connections : new int[] {1, 8, 64}) {
            Figures figures = H2Load.run(server, payload, false, connections, Settings.TIME);
            System.out.printf(
                    Locale.ROOT,
                    "| %d | peer, gRPC | %.0f | %.2f | %.2f | %.2f | %d |%n",
                    connections,
                    figures.perSecond(),
                    figures.p50() / 1e3,
                    figures.p99() / 1e3,
                    figures.clientCpu(),
                    figures.failed());
        }
    }
}

package io.freshet.kafka;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A cluster of Kafka with a process for each member, so that one can be killed as a machine that fails is. For one thread
 * at a time. The caller closes it.
 */
public final class TestCluster implements AutoCloseable {

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);

    private final Path folder;
    private final BrokerCluster cluster;
    private final Map<Integer, Process> processes = new TreeMap<>();

    private TestCluster(Path folder, BrokerCluster cluster) {
        this.folder = folder;
        this.cluster = cluster;
    }

    /**
     * Starts as many members; returns before they answer.
     *
     * @param folder for their records and logs
     */
    public static TestCluster start(Path folder, int members) throws IOException {
        TestCluster started = new TestCluster(folder, BrokerCluster.of(places(members)));
        for (int node : started.nodes()) {
            started.start(node);
        }
        return started;
    }

    /** Of all members, whether they are there or not. */
    public String bootstrapServers() {
        return cluster.bootstrapServers();
    }

    /** The numbers of the members, from 1. */
    public List<Integer> nodes() {
        return IntStream.rangeClosed(1, cluster.members().size()).boxed().toList();
    }

    /** Starts a member that is not there; returns before it answers. */
    public void start(int node) throws IOException {
        Path own = Files.createDirectories(folder.resolve("node-" + node));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                TestCluster.class.getName(),
                own.toString(),
                Integer.toString(node),
                cluster.id()));
        cluster.members().forEach(member -> {
            command.add(Integer.toString(member.port()));
            command.add(Integer.toString(member.controllerPort()));
        });
        processes.put(
                node,
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(
                                folder.resolve("node-" + node + ".log").toFile()))
                        .start());
    }

    /** Kills a member, as {@code kill -9} does; returns when it is gone. */
    public void kill(int node) throws InterruptedException {
        Process process = processes.remove(node);
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    /** Stops all members at once: of the last ones, no majority would be left to stop in good order. */
    @Override
    public void close() {
        processes.values().forEach(Process::destroy);
        for (Process process : processes.values()) {
            try {
                if (!process.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }

    private static List<BrokerCluster.Member> places(int members) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 2 * members; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return IntStream.range(0, members)
                    .mapToObj(i -> new BrokerCluster.Member(
                            sockets.get(2 * i).getLocalPort(),
                            sockets.get(2 * i + 1).getLocalPort()))
                    .toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    /** A member's process: its folder, its number, the id of the cluster, and the ports of each member. */
    public static void main(String[] arguments) throws IOException {
        List<Integer> ports =
                Arrays.stream(arguments).skip(3).map(Integer::valueOf).toList();
        List<BrokerCluster.Member> members = IntStream.range(0, ports.size() / 2)
                .mapToObj(i -> new BrokerCluster.Member(ports.get(2 * i), ports.get(2 * i + 1)))
                .toList();
        EmbeddedBroker broker = EmbeddedBroker.start(
                Path.of(arguments[0]),
                new BrokerCluster(arguments[2], members),
                Integer.parseInt(arguments[1]),
                Map.of());
        // The process lives on its own threads; who started it may be gone without having closed it.
        System.in.transferTo(OutputStream.nullOutputStream());
        broker.close();
    }
}

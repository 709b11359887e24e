package io.freshet.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A Kafka broker and controller (KRaft) in one, in this JVM, on the loopback interface, with its data on disk. Started
 * again on the same folder, it has the same ports and the same records.
 *
 * <p>A broker that is alone keeps one copy of each record, and flushes as the operating system does: a killed process loses nothing,
 * a machine that loses power may. The caller closes it.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private static final String PORTS = "freshet-broker.properties";
    private static final String LISTENER = "PLAINTEXT";
    private static final String CONTROLLER = "CONTROLLER";
    private static final String HOST = "127.0.0.1";

    private final KafkaRaftServer server;
    private final BrokerCluster.Member member;

    private EmbeddedBroker(KafkaRaftServer server, BrokerCluster.Member member) {
        this.server = server;
        this.member = member;
    }

    /**
     * Starts a broker on the ports that the folder had before, or on free ones; returns when it answers.
     *
     * @throws IOException if the folder cannot be used, or a port of it is taken
     */
    public static EmbeddedBroker start(Path folder) throws IOException {
        return start(folder, 0, Map.of());
    }

    /**
     * Starts a broker; returns when it answers.
     *
     * @param port to listen on; 0 for the one that the folder had before, or else a free one
     * @param settings of the broker, over the ones given here
     * @throws IOException if the folder cannot be used, or a port is taken
     */
    public static EmbeddedBroker start(Path folder, int port, Map<String, String> settings) throws IOException {
        Files.createDirectories(folder);
        Ports ports = Ports.of(folder, port);
        BrokerCluster alone = BrokerCluster.of(List.of(new BrokerCluster.Member(ports.broker(), ports.controller())));
        return start(folder, alone, 1, settings);
    }

    /**
     * Starts a member of a cluster; returns when it answers, for which a majority of the members has to be there.
     *
     * @param folder of this member alone
     * @param node of the member
     * @param settings of the broker, over the ones given here
     * @throws IOException if the folder cannot be used
     */
    static EmbeddedBroker start(Path folder, BrokerCluster cluster, int node, Map<String, String> settings)
            throws IOException {
        Files.createDirectories(folder);
        Map<String, String> all = new TreeMap<>(settings(folder, cluster, node));
        all.putAll(settings);
        Properties properties = new Properties();
        properties.putAll(all);
        KafkaConfig config = KafkaConfig.fromProps(properties, false);
        format(folder, cluster, node);
        KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
        server.startup();
        return new EmbeddedBroker(server, cluster.member(node));
    }

    /** As in {@code 127.0.0.1:9092}; of a member of a cluster, its own address. */
    public String bootstrapServers() {
        return member.address();
    }

    /** Stops the broker in good order. */
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    private static Map<String, String> settings(Path folder, BrokerCluster cluster, int node) {
        BrokerCluster.Member member = cluster.member(node);
        String copies = Integer.toString(cluster.copies());
        String copiesInSync = Integer.toString(cluster.copiesInSync());
        Map<String, String> settings = new HashMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(node));
        settings.put(
                "listeners",
                LISTENER + "://" + member.address() + "," + CONTROLLER + "://" + member.controllerAddress());
        settings.put("advertised.listeners", LISTENER + "://" + member.address());
        settings.put("listener.security.protocol.map", LISTENER + ":PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
        settings.put("controller.listener.names", CONTROLLER);
        settings.put("inter.broker.listener.name", LISTENER);
        settings.put("controller.quorum.voters", cluster.voters());
        settings.put("log.dirs", folder.toAbsolutePath().toString());
        settings.put("auto.create.topics.enable", "false");
        settings.put("default.replication.factor", copies);
        settings.put("min.insync.replicas", copiesInSync);
        settings.put("offsets.topic.replication.factor", copies);
        settings.put("offsets.topic.num.partitions", "4");
        settings.put("transaction.state.log.replication.factor", copies);
        settings.put("transaction.state.log.min.isr", copiesInSync);
        settings.put("transaction.state.log.num.partitions", "4");
        settings.put("share.coordinator.state.topic.replication.factor", copies);
        settings.put("share.coordinator.state.topic.min.isr", copiesInSync);
        // No waiting for members of a group that will not come.
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "2");
        settings.put("log.cleaner.dedupe.buffer.size", "2097152");
        // A broker that was killed is missed soon, and let back in at once.
        settings.put("broker.session.timeout.ms", "2000");
        settings.put("broker.heartbeat.interval.ms", "500");
        return settings;
    }

    private static void format(Path folder, BrokerCluster cluster, int node) throws IOException {
        if (Files.exists(folder.resolve("meta.properties"))) {
            return;
        }
        try {
            new Formatter()
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8))
                    .setClusterId(cluster.id())
                    .setNodeId(node)
                    .addDirectory(folder.toAbsolutePath().toString())
                    .setMetadataLogDirectory(folder.toAbsolutePath().toString())
                    .setControllerListenerName(CONTROLLER)
                    .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                    .run();
        } catch (Exception e) {
            throw new IOException("Cannot format " + folder + " for Kafka: " + e.getMessage(), e);
        }
    }

    /** The ports of a folder's broker, kept in it: other members' configuration names them. */
    private record Ports(int broker, int controller) {

        static Ports of(Path folder, int wanted) throws IOException {
            Path file = folder.resolve(PORTS);
            Properties properties = new Properties();
            if (Files.exists(file)) {
                try (InputStream in = Files.newInputStream(file)) {
                    properties.load(in);
                }
            }
            int broker = wanted != 0 ? wanted : port(properties, "port");
            int controller = port(properties, "controller.port");
            requireFree(broker);
            requireFree(controller);
            properties.setProperty("port", Integer.toString(broker));
            properties.setProperty("controller.port", Integer.toString(controller));
            try (OutputStream out = Files.newOutputStream(file)) {
                properties.store(out, "The ports of the embedded Kafka broker in this folder");
            }
            return new Ports(broker, controller);
        }

        private static int port(Properties properties, String key) throws IOException {
            String known = properties.getProperty(key);
            if (known != null) {
                return Integer.parseInt(known);
            }
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            }
        }

        private static void requireFree(int port) throws IOException {
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (IOException e) {
                throw new IOException("Port " + port + " on " + HOST + ", which Kafka needs, is in use", e);
            }
        }
    }
}

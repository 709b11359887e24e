package io.freshet.standalone.deployment;

import io.freshet.protocol.kafka.BrokerUnreachableException;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.standalone.config.ConfigLoader;
import io.freshet.standalone.config.FreshetConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A process for each service, as in production, on one machine; each can be killed and started again. Thread safe.
 *
 * <p>They are started with this process's Java and class path, through the {@code freshet} command.
 */
public final class SeparateProcesses implements Deployment {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(40);

    private final FreshetConfig config;
    private final Path kafkaFolder;
    private final Path configFile;
    private final Path logs;
    private final Map<Member, FreshetProcess> processes = Collections.synchronizedMap(new EnumMap<>(Member.class));
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** The processes, in the order in which they are started. */
    public enum Member {
        BROKER("512m"),
        INGEST("512m"),
        SERVING("512m"),
        TRAINER("1g");

        private final String heap;

        Member(String heap) {
            this.heap = heap;
        }
    }

    /**
     * Starts all; returns when they answer.
     *
     * @param config with a port for each
     * @param folder for the configuration file and the logs
     */
    public SeparateProcesses(FreshetConfig config, Path kafkaFolder, Path folder)
            throws IOException, InterruptedException {
        this.config = config;
        this.kafkaFolder = kafkaFolder;
        this.configFile = folder.resolve("freshet.yaml");
        this.logs = Files.createDirectories(folder.resolve("logs"));
        Files.writeString(configFile, new ConfigLoader().toYaml(config));
        // Where this process is told to stop before it closes, the others stop with it.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> processes.values().forEach(FreshetProcess::terminate)));
        try {
            for (Member member : Member.values()) {
                start(member);
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Starts a process that is not running; returns when it answers.
     *
     * @throws IOException if it does not, with where its log lies
     */
    public synchronized void start(Member member) throws IOException, InterruptedException {
        Path log = logs.resolve(name(member) + ".log");
        FreshetProcess process = FreshetProcess.start(List.of("-Xmx" + member.heap), log, arguments(member));
        processes.put(member, process);
        awaitAnswer(member, process, log);
    }

    /** Kills a process, as {@code kill -9} does, and returns when it is gone. */
    public synchronized void kill(Member member) throws InterruptedException {
        FreshetProcess process = processes.get(member);
        if (process != null) {
            process.kill();
        }
    }

    private List<String> arguments(Member member) {
        return switch (member) {
            case BROKER ->
                List.of("broker", "--folder", kafkaFolder.toString(), "--port", Integer.toString(Ports.of(config)));
            case INGEST -> List.of("ingest", "--config", configFile.toString());
            case SERVING -> List.of("serve", "--config", configFile.toString());
            case TRAINER -> List.of("trainer", "--config", configFile.toString());
        };
    }

    private void awaitAnswer(Member member, FreshetProcess process, Path log) throws IOException, InterruptedException {
        long end = System.nanoTime() + START_TIMEOUT.toNanos();
        while (System.nanoTime() < end) {
            if (!process.isAlive()) {
                throw new IOException(
                        "The " + name(member) + " has ended with exit code " + process.exitCode() + "; see " + log);
            }
            if (answers(member)) {
                return;
            }
            Thread.sleep(200);
        }
        throw new IOException("The " + name(member) + " does not answer; see " + log);
    }

    private boolean answers(Member member) throws InterruptedException {
        return switch (member) {
            case BROKER -> brokerAnswers();
            case INGEST -> lives(ingestPort());
            case SERVING -> lives(servingPort());
            case TRAINER -> lives(trainerPort());
        };
    }

    private boolean brokerAnswers() throws InterruptedException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Ports.of(config))) {
            kafka().requireReachable(Duration.ofSeconds(5));
            kafka().createMissingTopics(config.kafka().partitions(), (short) 1);
            return socket.isConnected();
        } catch (IOException | BrokerUnreachableException e) {
            return false;
        }
    }

    private boolean lives(int port) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/live"))
                .timeout(Duration.ofSeconds(2))
                .build();
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static String name(Member member) {
        return member.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public KafkaConnection kafka() {
        return KafkaConnection.to(config.kafka().bootstrapServers());
    }

    @Override
    public int servingPort() {
        return config.serving().port();
    }

    @Override
    public int ingestPort() {
        return config.admin().ingestPort();
    }

    @Override
    public int trainerPort() {
        return config.admin().trainerPort();
    }

    /** Tells each to stop, the last started first, and kills what does not. */
    @Override
    public synchronized void close() {
        List<FreshetProcess> running = new ArrayList<>(processes.values()).reversed();
        running.forEach(process -> process.stop(STOP_TIMEOUT));
        http.close();
    }
}

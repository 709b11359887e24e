package io.freshet.benchmarks.ingest;

import io.freshet.kafka.EmbeddedBroker;
import io.freshet.protocol.Topics;
import io.freshet.protocol.kafka.KafkaConnection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A broker in a process of its own, and the producer of its traffic, so that they take no memory of the process that is
 * measured. Its first line of output says where the broker is; it ends with its input.
 */
final class TrafficProcess implements AutoCloseable {

    private static final int SIDE = 32;
    private static final int AT_ONCE = 1_000;
    private static final int PARTITIONS = 4;

    private final Process process;
    private final String bootstrapServers;

    private TrafficProcess(Process process, String bootstrapServers) {
        this.process = process;
        this.bootstrapServers = bootstrapServers;
    }

    /** Begins to send so many images of 32x32 pixels, no two alike. */
    static TrafficProcess start(Path folder, int images) throws IOException {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx1g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TrafficProcess.class.getName(),
                        folder.toString(),
                        Integer.toString(images))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith("broker ")) {
                Thread.startVirtualThread(() -> passOver(said));
                return new TrafficProcess(process, line.substring("broker ".length()));
            }
        }
        throw new IOException("The broker's process came to its end");
    }

    /** Else a process that logs would wait for its reader. */
    private static void passOver(BufferedReader said) {
        try {
            said.transferTo(Writer.nullWriter());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.destroy();
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (EmbeddedBroker broker = EmbeddedBroker.start(Path.of(arguments[0]))) {
            KafkaConnection kafka = KafkaConnection.to(broker.bootstrapServers());
            kafka.createMissingTopics(PARTITIONS, (short) 1);
            System.out.println("broker " + broker.bootstrapServers());
            send(kafka, Integer.parseInt(arguments[1]));
            try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                while (in.readLine() != null) {
                    // until whoever started it is done, or gone
                }
            }
        }
        System.exit(0); // threads of the broker may be left
    }

    private static void send(KafkaConnection kafka, int images) throws IOException {
        Photographs photographs = new Photographs(SIDE);
        try (var producer = new KafkaProducer<>(
                kafka.clientConfig(Map.of("linger.ms", 20, "batch.size", 256 << 10)),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int sent = 0; sent < images; ) {
                List<byte[]> some = photographs.take(Math.min(AT_ONCE, images - sent));
                for (byte[] image : some) {
                    var unused = producer.send(
                            new ProducerRecord<>(Topics.TRAFFIC.topicName(), sent++ % PARTITIONS, null, image));
                }
            }
        }
    }
}

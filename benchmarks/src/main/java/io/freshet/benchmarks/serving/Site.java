package io.freshet.benchmarks.serving;

import io.freshet.kafka.EmbeddedBroker;
import io.freshet.protocol.Codecs;
import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.Topics;
import io.freshet.protocol.bundle.FileTree;
import io.freshet.protocol.bundle.FolderModelStore;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.kafka.KafkaConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker and a store in this process, and a replica in another. The caller closes it. */
final class Site implements AutoCloseable {

    static final String STORE = "store";

    private static final Duration POLL = Duration.ofMillis(20);

    private final BenchmarkModel model;
    private final Path folder;
    private final EmbeddedBroker broker;
    private final KafkaConnection kafka;
    private final FolderModelStore store;
    private final KafkaProducer<byte[], byte[]> producer;
    private final HttpClient http = HttpClient.newHttpClient();
    private final ChildProcess server;
    private final InetSocketAddress address;

    private Site(
            BenchmarkModel model, Path folder, EmbeddedBroker broker, ServingProcess.Rollout rollout, List<String> jvm)
            throws IOException, InterruptedException {
        this.model = model;
        this.folder = folder;
        this.broker = broker;
        this.kafka = KafkaConnection.to(broker.bootstrapServers());
        kafka.createMissingTopics(1, (short) 1);
        this.store = new FolderModelStore(folder.resolve(STORE));
        this.producer =
                new KafkaProducer<>(kafka.clientConfig(Map.of()), new ByteArraySerializer(), new ByteArraySerializer());
        this.server = ChildProcess.start(ServingProcess.class, jvm, folder, broker.bootstrapServers(), rollout);
        this.address = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), Integer.parseInt(server.awaitLine(ServingProcess.LISTENS)));
    }

    /**
     * Starts all, with version 1 in service.
     *
     * @param jvm options of the replica's process
     */
    static Site start(BenchmarkModel model, ServingProcess.Rollout rollout, List<String> jvm)
            throws IOException, InterruptedException, ExecutionException {
        Path folder = Files.createTempDirectory("freshet-benchmark");
        Site site = new Site(model, folder, EmbeddedBroker.start(folder.resolve("kafka")), rollout, jvm);
        model.write(site.savedModel());
        site.announce(site.version(1));
        site.awaitReady();
        return site;
    }

    BenchmarkModel model() {
        return model;
    }

    InetSocketAddress address() {
        return address;
    }

    KafkaConnection kafka() {
        return kafka;
    }

    /** The folder of the sound network, which is no bundle yet. */
    Path savedModel() {
        return folder.resolve("saved-model");
    }

    ProcessFigures server() {
        return ProcessFigures.of(server.pid());
    }

    /** Puts a sound version into the store. */
    ModelAnnouncement version(long version) throws IOException {
        return version(version, savedModel());
    }

    /** Puts a version with a fault into the store. */
    ModelAnnouncement version(long version, Fault fault) throws IOException {
        Path faulty = folder.resolve("faulty-" + version);
        fault.write(model, savedModel(), faulty);
        return version(version, faulty);
    }

    private ModelAnnouncement version(long version, Path from) throws IOException {
        Path sealed = folder.resolve("sealed-" + version);
        ModelBundle bundle = model.seal(from, sealed, version);
        URI location = store.put(bundle.descriptor().modelVersion(), sealed);
        FileTree.delete(sealed);
        return new ModelAnnouncement(
                bundle.descriptor().modelVersion(),
                location,
                bundle.manifestSha256(),
                Instant.now(),
                ModelAnnouncement.Reason.PROMOTED,
                Optional.empty());
    }

    /** Takes a version that is loaded out of the store, to save room on the disk. */
    void delete(ModelVersion version) throws IOException {
        FileTree.delete(folder.resolve(STORE).resolve(store.locate(version).getPath()));
    }

    /** Returns when the broker has it. */
    void announce(ModelAnnouncement announcement) throws ExecutionException, InterruptedException {
        producer.send(new ProducerRecord<>(
                        Topics.MODELS.topicName(),
                        BenchmarkModel.NAME.getBytes(StandardCharsets.UTF_8),
                        Codecs.MODEL_ANNOUNCEMENT.encode(announcement)))
                .get();
    }

    private void awaitReady() throws IOException, InterruptedException {
        while (get("/v2/health/ready").statusCode() != 200) {
            Thread.sleep(POLL);
        }
    }

    Metrics metrics() throws IOException, InterruptedException {
        return Metrics.parse(get("/metrics").body());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + address.getPort() + path);
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() throws IOException {
        server.close();
        http.close();
        producer.close();
        broker.close();
        FileTree.delete(folder);
    }
}

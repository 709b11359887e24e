package io.freshet.standalone.cli;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.ServingPolicy;
import io.freshet.protocol.Topics;
import io.freshet.protocol.bundle.BundleResult;
import io.freshet.protocol.bundle.FileTree;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.bundle.ModelStore;
import io.freshet.protocol.bundle.SignatureResult;
import io.freshet.protocol.bundle.TrustedKeys;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.standalone.config.FreshetConfig;
import io.freshet.trainer.registry.ModelRegistry;
import io.freshet.trainer.stream.TopicReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What people do with the versions of models: looks into the store, and tells the replicas over Kafka. */
final class ModelAdmin {

    /** What is done with a bundle while it is out of the store. */
    interface Use<T> {
        T on(ModelBundle bundle) throws IOException;
    }

    private final FreshetConfig config;
    private final ModelStore store;
    private final KafkaConnection connection;

    /**
     * @param written what it will tell the replicas by
     * @throws io.freshet.protocol.kafka.BrokerUnreachableException if no broker answers
     * @throws io.freshet.protocol.kafka.KafkaRefusedException if Kafka does not let it do that
     */
    ModelAdmin(FreshetConfig config, Set<Topics> written) throws InterruptedException {
        this.config = config;
        this.store = CommonOptions.store(config);
        this.connection = CommonOptions.connect(config, Set.of(Topics.MODELS), written);
    }

    ModelStore store() {
        return store;
    }

    /** The version announced last. */
    Optional<ModelAnnouncement> current(String model) throws InterruptedException {
        try (TopicReader reader = new TopicReader(connection, "freshet-models")) {
            return new ModelRegistry(model, store, reader).current();
        }
    }

    /** The parent of the version announced last. */
    ModelVersion parent(String model) throws IOException, InterruptedException {
        ModelVersion current = current(ModelVersion.requireName(model))
                .map(ModelAnnouncement::model)
                .orElseThrow(() -> new UserException("No version of '" + model + "' is in service"));
        long parent = store.describe(current)
                .flatMap(ModelDescriptor::parent)
                .orElseThrow(() -> new UserException(current + " has no parent to go back to"));
        return new ModelVersion(model, parent);
    }

    /** What would put a version into service; one that serving would refuse is refused here. */
    ModelAnnouncement announcement(ModelVersion version, ModelAnnouncement.Reason reason) throws IOException {
        TrustedKeys trusted = TrustedKeys.read(config.serving().trustedKeys());
        String manifest = fetched(store, version, bundle -> {
            SignatureResult signature = trusted.verify(bundle);
            if (!trusted.isEmpty() && !(signature instanceof SignatureResult.SignedBy)) {
                throw new UserException("The bundle of " + version + " is " + signature.describe());
            }
            return bundle.manifestSha256();
        });
        return new ModelAnnouncement(version, store.locate(version), manifest, Instant.now(), reason, Optional.empty());
    }

    void announce(ModelAnnouncement announcement) throws InterruptedException, ExecutionException {
        send(Topics.MODELS, announcement.model().model(), Codecs.MODEL_ANNOUNCEMENT.encode(announcement));
    }

    void setPolicy(ServingPolicy policy) throws InterruptedException, ExecutionException {
        send(Topics.POLICIES, policy.model(), Codecs.SERVING_POLICY.encode(policy));
    }

    private void send(Topics topic, String key, byte[] value) throws InterruptedException, ExecutionException {
        try (KafkaProducer<String, byte[]> producer = connection.textKeyedProducer()) {
            producer.send(new ProducerRecord<>(topic.topicName(), key, value)).get();
        }
    }

    /** That the store has a version; who asks for another is told what there is. */
    static ModelVersion require(ModelStore store, ModelVersion version) throws IOException {
        if (store.describe(version).isPresent()) {
            return version;
        }
        List<ModelVersion> versions = store.versions(version.model());
        List<String> models = store.models();
        String there;
        if (models.isEmpty()) {
            there = "it is empty";
        } else if (versions.isEmpty()) {
            there = "it has the models " + String.join(", ", models);
        } else {
            there = "it has " + versions.stream().map(ModelVersion::toString).collect(Collectors.joining(", "));
        }
        throw new UserException("There is no " + version + " in the " + store + ": " + there);
    }

    /** Uses a verified copy of a version's bundle. */
    static <T> T fetched(ModelStore store, ModelVersion version, Use<T> use) throws IOException {
        require(store, version);
        Path folder = Files.createTempDirectory("freshet-models");
        try {
            store.fetch(store.locate(version), folder);
            BundleResult result = ModelBundle.open(folder);
            return switch (result) {
                case BundleResult.Verified verified -> use.on(verified.bundle());
                case BundleResult.Refused refused ->
                    throw new UserException("The bundle of " + version + " is not whole: " + refused.reason());
            };
        } finally {
            FileTree.delete(folder);
        }
    }

    static ModelVersion parse(String text) {
        int slash = text.lastIndexOf('/');
        try {
            return new ModelVersion(text.substring(0, Math.max(0, slash)), Long.parseLong(text.substring(slash + 1)));
        } catch (IllegalArgumentException e) {
            throw new UserException(
                    "'" + text + "' is no version of a model: MODEL/VERSION is wanted, as in fashion/3");
        }
    }
}

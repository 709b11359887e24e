package io.freshet.standalone.cli;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.ModelVersion;
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
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows the versions of models, and puts an earlier one back into service. */
@Command(name = "models", description = "List, show and roll back models.")
final class ModelsCommand {

    @Command(name = "list", description = "List the versions in the store, and say which is in service.")
    int list(@Mixin CommonOptions common) throws Exception {
        FreshetConfig config = common.load();
        ModelStore store = CommonOptions.store(config);
        KafkaConnection connection = CommonOptions.connect(config);
        System.out.printf(
                "%-24s %-17s %-9s %-14s %-22s %s%n", "MODEL", "MADE", "PARENT", "ANCHOR ERROR", "AUDIT ERROR", "");
        for (String model : store.models()) {
            Optional<ModelVersion> current = current(connection, store, model).map(ModelAnnouncement::model);
            for (ModelVersion version : store.versions(model)) {
                print(
                        store.describe(version).orElseThrow(),
                        current.filter(version::equals).isPresent());
            }
        }
        return 0;
    }

    private static void print(ModelDescriptor model, boolean inService) {
        System.out.printf(
                Locale.ROOT,
                "%-24s %-17s %-9s %-14s %-22s %s%n",
                model.modelVersion(),
                model.createdAt().truncatedTo(ChronoUnit.MINUTES),
                model.parent().map(Object::toString).orElse("-"),
                String.format(Locale.ROOT, "%.1f%%", 100 * model.score().anchorError()),
                model.score().auditImages() == 0
                        ? "-"
                        : String.format(
                                Locale.ROOT,
                                "%.1f%% of %d images",
                                100 * model.score().auditError(),
                                model.score().auditImages()),
                inService ? "in service" : "");
    }

    @Command(
            name = "show",
            description =
                    "Show what a version's bundle says of it, with the offsets it learned from, and who signed it.")
    int show(
            @Mixin CommonOptions common,
            @Parameters(paramLabel = "MODEL/VERSION", description = "For example fashion/3.") String version)
            throws IOException {
        FreshetConfig config = common.load();
        String shown = fetched(CommonOptions.store(config), parse(version), bundle -> {
            SignatureResult signature =
                    TrustedKeys.read(config.serving().trustedKeys()).verify(bundle);
            return ModelBundle.toJson(bundle.descriptor(), signature.describe());
        });
        System.out.println(shown);
        return 0;
    }

    @Command(
            name = "rollback",
            description = "Put an earlier version back into service: every replica of serving swaps to it.")
    int rollback(
            @Mixin CommonOptions common,
            @Parameters(
                            paramLabel = "MODEL[/VERSION]",
                            description = "Without a version, the parent of the one in service.")
                    String version)
            throws Exception {
        FreshetConfig config = common.load();
        ModelStore store = CommonOptions.store(config);
        KafkaConnection connection = CommonOptions.connect(config);
        ModelVersion target = version.contains("/") ? parse(version) : parent(connection, store, version);
        ModelBundle bundle = acceptable(config, store, target);
        ModelAnnouncement announcement = new ModelAnnouncement(
                target,
                store.locate(target),
                bundle.manifestSha256(),
                Instant.now(),
                ModelAnnouncement.Reason.ROLLED_BACK,
                Optional.empty());
        announce(connection, announcement);
        System.out.println(target + " is announced; serving swaps to it.");
        return 0;
    }

    private static ModelVersion parent(KafkaConnection connection, ModelStore store, String model) throws Exception {
        ModelVersion current = current(connection, store, ModelVersion.requireName(model))
                .map(ModelAnnouncement::model)
                .orElseThrow(() -> new UserException("No version of '" + model + "' is in service"));
        long parent = store.describe(current)
                .flatMap(ModelDescriptor::parent)
                .orElseThrow(() -> new UserException(current + " has no parent to go back to"));
        return new ModelVersion(model, parent);
    }

    private static Optional<ModelAnnouncement> current(KafkaConnection connection, ModelStore store, String model)
            throws InterruptedException {
        try (TopicReader reader = new TopicReader(connection, "freshet-models")) {
            return new ModelRegistry(model, store, reader).current();
        }
    }

    /** A version that serving would refuse is not announced. */
    private static ModelBundle acceptable(FreshetConfig config, ModelStore store, ModelVersion version)
            throws IOException {
        TrustedKeys trusted = TrustedKeys.read(config.serving().trustedKeys());
        return fetched(store, version, bundle -> {
            SignatureResult signature = trusted.verify(bundle);
            if (!trusted.isEmpty() && !(signature instanceof SignatureResult.SignedBy)) {
                throw new UserException("The bundle of " + version + " is " + signature.describe());
            }
            return bundle;
        });
    }

    /** What is done with a bundle while it is out of the store. */
    private interface Use<T> {
        T on(ModelBundle bundle) throws IOException;
    }

    private static <T> T fetched(ModelStore store, ModelVersion version, Use<T> use) throws IOException {
        if (store.describe(version).isEmpty()) {
            throw new UserException("There is no " + version + " in the " + store);
        }
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

    private static void announce(KafkaConnection connection, ModelAnnouncement announcement)
            throws InterruptedException, ExecutionException {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                connection.clientConfig(Map.of()), new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                            Topics.MODELS.topicName(),
                            announcement.model().model(),
                            Codecs.MODEL_ANNOUNCEMENT.encode(announcement)))
                    .get();
        }
    }

    private static ModelVersion parse(String text) {
        int slash = text.lastIndexOf('/');
        try {
            return new ModelVersion(text.substring(0, Math.max(0, slash)), Long.parseLong(text.substring(slash + 1)));
        } catch (IllegalArgumentException e) {
            throw new UserException(
                    "'" + text + "' is no version of a model: MODEL/VERSION is wanted, as in fashion/3");
        }
    }
}

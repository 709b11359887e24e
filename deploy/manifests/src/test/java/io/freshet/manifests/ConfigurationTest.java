package io.freshet.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.freshet.standalone.cli.Freshet;
import io.freshet.standalone.config.ConfigException;
import io.freshet.standalone.config.FreshetConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

final class ConfigurationTest {

    @ParameterizedTest
    @EnumSource
    void servicesAreCommandsOfTheProgram(Overlay overlay) {
        assertThat(services(overlay))
                .extracting(workload -> workload.args().getFirst())
                .containsExactlyInAnyOrderElementsOf(
                        overlay == Overlay.LABELLED
                                ? List.of("serve", "ingest", "trainer", "labeller")
                                : List.of("serve", "ingest", "trainer"));
        for (Workload workload : services(overlay)) {
            CommandLine program = new CommandLine(new Freshet());
            program.parseArgs(workload.args().toArray(String[]::new)); // throws where it does not know one
        }
    }

    /** Unknown keys, in the file and in the environment, are refused by the loader itself. */
    @ParameterizedTest
    @EnumSource
    void theProgramTakesTheConfiguration(Overlay overlay) {
        for (Workload workload : overlay.workloads()) {
            assertThat(Configurations.of(overlay, workload))
                    .as("configuration of %s", workload)
                    .isNotNull();
        }
    }

    @Test
    void aMisspeltKeyIsFound() {
        assertThatThrownBy(() -> Configurations.load("kafka: {bootstrapServer: a:1}", Map.of(), Map.of()))
                .isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> Configurations.load("{}", Map.of("FRESHET__SERVING__PROT", "1"), Map.of()))
                .isInstanceOf(ConfigException.class);
    }

    @ParameterizedTest
    @EnumSource
    void theConfigurationLiesWhereTheArgumentsSay(Overlay overlay) {
        for (Workload workload : services(overlay)) {
            Path file = Path.of(workload.args().get(workload.args().indexOf("--config") + 1));
            assertThat(workload.mountOf(file))
                    .get()
                    .extracting(Workload.Mount::volume)
                    .isEqualTo("config");
            assertThat(file.getFileName()).hasToString("freshet.yaml");
        }
    }

    /** Or requests on kept connections would be lost in a rolling restart. */
    @ParameterizedTest
    @EnumSource
    void servingSendsClientsAwayBeforeItCloses(Overlay overlay) {
        FreshetConfig config = Configurations.of(overlay, overlay.workload("serving"));
        assertThat(config.serving().drainTime()).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void whatAServiceWritesLiesOnVolumesOfItsOwn(Overlay overlay) {
        FreshetConfig config = Configurations.of(overlay, overlay.workload("serving"));
        requireMount(overlay.workload("ingest"), config.ingest().stateDirectory(), true);
        requireMount(overlay.workload("serving"), config.serving().cacheDirectory(), true);
        requireMount(overlay.workload("serving"), config.serving().capture().spoolDirectory(), true);
        requireMount(overlay.workload("trainer"), config.trainer().work(), true);
        requireMount(overlay.workload("trainer"), Path.of(config.store()), true);
    }

    @ParameterizedTest
    @EnumSource
    void whatAServiceReadsIsMountedForReading(Overlay overlay) {
        FreshetConfig config = Configurations.of(overlay, overlay.workload("serving"));
        requireMount(overlay.workload("serving"), Path.of(config.store()), false);
        requireMount(overlay.workload("trainer"), config.trainer().labeled(), false);
        Stream.of(config.trainer().anchor(), config.trainer().signingKey())
                .flatMap(Optional::stream)
                .forEach(path -> requireMount(overlay.workload("trainer"), path, false));
        config.serving().trustedKeys().forEach(key -> requireMount(overlay.workload("serving"), key, false));
    }

    @Test
    void trainerAndLabellersShareTheWorkAndTheModels() {
        Workload labeller = Overlay.LABELLED.workload("labeller");
        FreshetConfig config = Configurations.of(Overlay.LABELLED, labeller);
        assertThat(Configurations.of(Overlay.LABELLED, Overlay.LABELLED.workload("trainer"))
                        .trainer()
                        .labelling()
                        .shared())
                .isTrue();
        requireMount(labeller, Path.of(config.store()), false);
        requireMount(labeller, config.trainer().labelling().work(), true);
        assertThat(labeller.mounts())
                .as("labellers see no labeled images")
                .noneMatch(mount -> mount.volume().equals("labeled"));
    }

    private static void requireMount(Workload workload, Path path, boolean writable) {
        assertThat(workload.mountOf(path))
                .as("where %s has %s", workload, path)
                .get()
                .satisfies(mount -> {
                    assertThat(mount.writable()).as("%s is writable", path).isEqualTo(writable);
                    assertThat(workload.volumes()).contains(mount.volume());
                });
    }

    @ParameterizedTest
    @EnumSource
    void trainerAndServingShareTheModelStore(Overlay overlay) {
        FreshetConfig config = Configurations.of(overlay, overlay.workload("serving"));
        for (String name : List.of("trainer", "serving")) {
            Workload workload = overlay.workload(name);
            String volume =
                    workload.mountOf(Path.of(config.store())).orElseThrow().volume();
            assertThat(workload.volume(volume)
                            .at("/persistentVolumeClaim/claimName")
                            .asText())
                    .isEqualTo("models");
        }
        boolean oneNode = overlay == Overlay.DEV;
        assertThat(overlay.manifest("PersistentVolumeClaim", "models")
                        .at("/spec/accessModes/0")
                        .asText())
                .isEqualTo(oneNode ? "ReadWriteOnce" : "ReadWriteMany");
    }

    @ParameterizedTest
    @EnumSource(names = {"PRODUCTION", "GPU"})
    void onlySignedModelsAreServed(Overlay overlay) {
        FreshetConfig config = Configurations.of(overlay, overlay.workload("serving"));
        assertThat(config.trainer().signingKey()).isPresent();
        assertThat(config.serving().trustedKeys()).isNotEmpty();
        Path key = config.trainer().signingKey().orElseThrow();
        assertThat(overlay.workload("serving").mountOf(key))
                .as("serving sees the private key")
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void kafkaIsReachedByItsListenerAndItsUsers(Overlay overlay) {
        Manifest kafka = overlay.manifest("Kafka", "freshet");
        JsonNode listener = kafka.at("/spec/kafka/listeners/0");
        for (Workload workload : overlay.workloads()) {
            FreshetConfig.KafkaConfig config =
                    Configurations.of(overlay, workload).kafka();
            assertThat(config.bootstrapServers())
                    .isEqualTo(kafka.name() + "-kafka-bootstrap:"
                            + listener.path("port").asInt());
            assertThat(config.createTopics()).isFalse();
            assertThat(listener.path("tls").asBoolean()).isTrue();
            assertThat(listener.at("/authentication/type").asText()).isEqualTo("scram-sha-512");
            assertThat(config.properties())
                    .containsEntry("security.protocol", "SASL_SSL")
                    .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
                    .containsEntry("ssl.truststore.type", "PEM")
                    .containsEntry(
                            "sasl.jaas.config", "freshet-" + workload.manifest().name());
            assertThat(overlay.manifest(
                                    "KafkaUser",
                                    "freshet-" + workload.manifest().name())
                            .at("/spec/authentication/type")
                            .asText())
                    .isEqualTo("scram-sha-512");
            Path certificate = Path.of(config.properties().getOrDefault("ssl.truststore.location", ""));
            Workload.Mount mount = workload.mountOf(certificate).orElseThrow();
            JsonNode secret = workload.volume(mount.volume()).path("secret");
            assertThat(secret.path("secretName").asText()).isEqualTo(kafka.name() + "-cluster-ca-cert");
            assertThat(secret.at("/items/0/path").asText())
                    .isEqualTo(mount.path().relativize(certificate).toString());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theInternalTopicsHaveAsManyReplicasAsTheOthers(Overlay overlay) {
        int replicas = overlay.manifest("KafkaTopic", "freshet.traffic")
                .at("/spec/replicas")
                .asInt();
        assertThat(Configurations.of(overlay, overlay.workload("ingest"))
                        .ingest()
                        .internalReplicas())
                .isEqualTo(replicas);
    }

    /** A Secret that need not be there: without it, none of these variables is set. */
    @ParameterizedTest
    @EnumSource
    void whoTouchesLargeImagesHasTheirStoreFromOneSecret(Overlay overlay) {
        for (String name : List.of("ingest", "serving", "console")) {
            List<JsonNode> references = Manifest.elements(
                            overlay.workload(name).container().path("env"))
                    .stream()
                    .map(variable -> variable.at("/valueFrom/secretKeyRef"))
                    .filter(reference -> reference.path("name").asText().equals("freshet-images"))
                    .toList();
            assertThat(references)
                    .as(name)
                    .allSatisfy(reference ->
                            assertThat(reference.path("optional").asBoolean()).isTrue());
            assertThat(references)
                    .extracting(reference -> reference.path("key").asText())
                    .containsExactly("store", "region", "endpoint", "access-key", "secret-key");
        }
        String secret = "freshet-images"; // which a variable from it has for its value here
        assertThat(Configurations.of(overlay, overlay.workload("ingest"))
                        .ingest()
                        .images()
                        .store())
                .contains(secret);
        assertThat(Configurations.of(overlay, overlay.workload("serving"))
                        .serving()
                        .capture()
                        .images()
                        .store())
                .contains(secret);
    }

    @ParameterizedTest
    @EnumSource
    void everyReferenceToAConfigMapOrClaimLeadsToOne(Overlay overlay) {
        for (Workload workload : overlay.workloads()) {
            for (JsonNode volume : workload.pod().path("volumes")) {
                if (volume.has("configMap")) {
                    overlay.manifest("ConfigMap", volume.at("/configMap/name").asText());
                }
                if (volume.has("persistentVolumeClaim")) {
                    overlay.manifest(
                            "PersistentVolumeClaim",
                            volume.at("/persistentVolumeClaim/claimName").asText());
                }
            }
            overlay.manifest(
                    "ServiceAccount", workload.pod().path("serviceAccountName").asText());
        }
    }

    private static List<Workload> services(Overlay overlay) {
        return overlay.workloads().stream().filter(Workload::runsService).toList();
    }
}

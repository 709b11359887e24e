package io.freshet.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.freshet.protocol.Topics;
import io.freshet.standalone.config.FreshetConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ChartTest {

    /** What can be installed in both ways. */
    enum Way {
        BASE("base", ""),
        DEV("overlays/dev", "values-dev.yaml"),
        PRODUCTION("overlays/production", "values-production.yaml"),
        GPU("overlays/gpu", "values-production.yaml,values-gpu.yaml"),
        LABELLED("../manifests/src/test/kubernetes/labelled", "values-production.yaml", "labeller.enabled=true");

        private final String folder;
        private final String values;
        private final String set;

        Way(String folder, String values) {
            this(folder, values, "");
        }

        Way(String folder, String values, String set) {
            this.folder = folder;
            this.values = values;
            this.set = set;
        }

        private List<String> options() {
            List<String> options = new ArrayList<>();
            if (!values.isEmpty()) {
                options.addAll(List.of("--values", values));
            }
            if (!set.isEmpty()) {
                options.addAll(List.of("--set", set));
            }
            return options;
        }

        /** With the alerts and dashboards, which the chart has and Kustomize leaves to a script. */
        private List<Manifest> kustomize() {
            List<Manifest> manifests = new ArrayList<>(Manifest.kustomize(Repository.KUBERNETES.resolve(folder)));
            if (values.startsWith("values-production")) {
                manifests.addAll(Manifest.read(Program.MONITORING.print(List.of())));
            }
            return manifests;
        }
    }

    /** What the chart can do besides. */
    enum Variant {
        BUCKET("store.s3.uri=s3://models/freshet,store.s3.region=eu-central-1,store.s3.endpoint=https://s3.shop,"
                + "store.s3.secret=bucket,signing.enabled=true"),
        OWN_KAFKA("strimzi.enabled=false,kafka.bootstrapServers=kafka:9094,kafka.caSecret=authority,"
                + "kafka.properties.security\\.protocol=SASL_SSL,kafka.properties.ssl\\.truststore\\.type=PEM,"
                + "kafka.properties.ssl\\.truststore\\.location=/etc/freshet/kafka-ca/ca.crt,"
                + "kafka.users.serving=kafka-serving,kafka.users.ingest=kafka-ingest,kafka.users.trainer=kafka-trainer,"
                + "ingest.autoscaling.enabled=true,ingest.autoscaling.authentication=kafka-lag,"
                + "ingest.autoscaling.trigger.tls=enable,kafka.ports={9094}"),
        OPEN_KAFKA("strimzi.enabled=false,kafka.bootstrapServers=kafka:9092,ingest.autoscaling.enabled=true"),
        OWN_CLAIMS("store.volume.existingClaim=our-models,labeled.existingClaim=our-images,"
                + "trainer.volume.existingClaim=our-rounds"),
        ADDITIONS("image.repository=registry.shop/freshet,"
                + "image.digest=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855,"
                + "imagePullSecrets[0].name=registry,serviceAccount.annotations.role=reader,"
                + "serving.extraEnv[0].name=FRESHET__SERVING__PORT,serving.extraEnv[0].value=8080,"
                + "ingest.extraVolumes[0].name=images,ingest.extraVolumes[0].persistentVolumeClaim.claimName=our-images,"
                + "ingest.extraVolumeMounts[0].name=images,ingest.extraVolumeMounts[0].mountPath=/var/lib/freshet/images,"
                + "trainer.nodeSelector.pool=large,trainer.tolerations[0].operator=Exists,trainer.gpu.enabled=true,"
                + "serving.podLabels.team=vision,serving.podAnnotations.note=x,serving.service.type=LoadBalancer,"
                + "serving.priorityClassName=high,ingest.volume.storageClass=fast,labeled.storageClass=shared,"
                + "strimzi.partitions=12,ingest.autoscaling.enabled=true,monitoring.enabled=true,"
                + "monitoring.labels.release=prometheus"),
        WITHOUT_WALLS("networkPolicies.enabled=false,keepData=false");

        private final String set;

        Variant(String set) {
            this.set = set;
        }

        List<String> options() {
            return List.of("--set-json", "config={\"ingest\":{\"threads\":2}}", "--set", set);
        }
    }

    @ParameterizedTest
    @EnumSource
    void helmInstallsWhatKustomizeDoes(Way way) {
        assertThat(Comparison.differences(way.kustomize(), Chart.render(way.options())))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void lintFindsNothing(Way way) {
        assertThat(Chart.lint(way.options())).isEmpty();
    }

    @Test
    void eachObjectHasHelmsLabelsAndNoPodHas() {
        for (Manifest manifest : Chart.render(Way.PRODUCTION.options())) {
            // Strimzi hands labels of these on to its pods, and would restart Kafka with each new chart.
            boolean restarts = List.of("Kafka", "KafkaNodePool").contains(manifest.kind());
            assertThat(manifest.labels())
                    .as("labels of %s", manifest)
                    .containsKey("app.kubernetes.io/instance")
                    .matches(labels -> labels.containsKey("helm.sh/chart") != restarts)
                    .matches(labels -> labels.containsKey("app.kubernetes.io/version") != restarts);
            for (JsonNode inner : manifest.json().path("spec").findValues("labels")) {
                assertThat(Manifest.texts(inner))
                        .as("labels within %s", manifest)
                        .doesNotContainKeys(Comparison.LABELS.toArray(String[]::new));
            }
        }
    }

    @Test
    void aChangedConfigurationRestartsThePods() {
        List<String> before = checksums(List.of());
        assertThat(before).hasSize(4).containsOnly(before.getFirst());
        assertThat(checksums(List.of("--set", "serving.replicas=3"))).isEqualTo(before);
        assertThat(checksums(List.of("--set", "config.ingest.threads=3")))
                .hasSize(4)
                .doesNotContainAnyElementsOf(before);
    }

    private static List<String> checksums(List<String> options) {
        return Workload.among(Chart.render(options)).stream()
                .map(workload -> workload.manifest()
                        .at("/spec/template/metadata/annotations")
                        .path(Comparison.CHECKSUM)
                        .asText())
                .toList();
    }

    @Test
    void whatHoldsDataStaysUnlessItIsSaidThatItShallNot() {
        assertThat(kept(List.of()))
                .hasSize(Topics.values().length + 6) // besides topics, volumes and Kafka
                .contains("Kafka freshet", "KafkaNodePool brokers", "KafkaTopic freshet.labels")
                .contains("PersistentVolumeClaim models", "PersistentVolumeClaim labeled");
        assertThat(kept(Variant.WITHOUT_WALLS.options())).isEmpty();
    }

    private static List<String> kept(List<String> options) {
        return Chart.render(options).stream()
                .filter(manifest -> manifest.at("/metadata/annotations")
                        .path("helm.sh/resource-policy")
                        .asText()
                        .equals("keep"))
                .map(Manifest::toString)
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void theProgramTakesTheConfiguration(Variant variant) {
        List<Manifest> manifests = Chart.render(variant.options());
        for (Workload workload : Workload.among(manifests)) {
            FreshetConfig config = Configurations.of(manifests, workload, Map.of());
            assertThat(config.ingest().threads()).isEqualTo(2);
            assertThat(config.store().startsWith("s3://")).isEqualTo(variant == Variant.BUCKET);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsMountedIsThere(Variant variant) {
        List<Manifest> manifests = Chart.render(variant.options());
        List<String> claims = Stream.concat(
                        manifests.stream()
                                .filter(manifest -> manifest.kind().equals("PersistentVolumeClaim"))
                                .map(Manifest::name),
                        Stream.of("our-models", "our-images", "our-rounds"))
                .toList();
        for (Workload workload : Workload.among(manifests)) {
            assertThat(workload.mounts())
                    .extracting(Workload.Mount::volume)
                    .as("mounts of %s", workload)
                    .containsExactlyInAnyOrderElementsOf(workload.volumes());
            assertThat(workload.pod().path("volumes").findValuesAsText("claimName"))
                    .as("claims of %s", workload)
                    .isSubsetOf(claims);
            assertThat(Manifest.texts(workload.manifest().at("/spec/selector/matchLabels")))
                    .isEqualTo(Map.of(
                            "app.kubernetes.io/name",
                            workload.manifest().name(),
                            "app.kubernetes.io/part-of",
                            "freshet"));
        }
    }

    @Test
    void aKafkaThatIsNotStrimzisIsReachedAsItsOwnerSays() {
        List<Manifest> manifests = Chart.render(Variant.OWN_KAFKA.options());
        assertThat(manifests).noneMatch(manifest -> manifest.apiVersion().contains("strimzi"));
        for (Workload workload : Workload.among(manifests)) {
            String name = workload.manifest().name();
            FreshetConfig.KafkaConfig kafka =
                    Configurations.of(manifests, workload, Map.of()).kafka();
            assertThat(kafka.bootstrapServers()).isEqualTo("kafka:9094");
            assertThat(kafka.properties())
                    .containsEntry("security.protocol", "SASL_SSL")
                    .doesNotContainKey("sasl.mechanism");
            assertThat(kafka.properties().get("sasl.jaas.config"))
                    .isEqualTo(name.equals("console") ? null : "kafka-" + name);
            assertThat(workload.volume("kafka-ca").at("/secret/secretName").asText())
                    .isEqualTo("authority");
        }
        Workload open =
                Workload.among(Chart.render(Variant.OPEN_KAFKA.options())).getFirst();
        assertThat(open.environment()).doesNotContainKey("FRESHET__KAFKA__PROPERTIES__SASL_JAAS_CONFIG");
        assertThat(open.volumes()).doesNotContain("kafka-ca");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void eachGpuHasAReplicaOfTheNetwork(int count) {
        List<Manifest> manifests =
                Chart.render(List.of("--set", "trainer.gpu.enabled=true,trainer.gpu.count=" + count));
        Workload trainer = Workload.among(manifests).stream()
                .filter(workload -> workload.manifest().name().equals("trainer"))
                .findFirst()
                .orElseThrow();
        assertThat(trainer.container()
                        .at("/resources/limits")
                        .path("nvidia.com/gpu")
                        .asInt())
                .isEqualTo(count);
        assertThat(Configurations.of(manifests, trainer, Map.of())
                        .trainer()
                        .rounds()
                        .replicas())
                .isEqualTo(count);
    }

    @Test
    void onlyWhatUsesTheBucketIsLetThere() {
        List<Manifest> manifests = Chart.render(Variant.BUCKET.options());
        Manifest policy = manifests.stream()
                .filter(manifest -> manifest.name().equals("to-store"))
                .findFirst()
                .orElseThrow();
        assertThat(Workload.among(manifests))
                .filteredOn(workload -> Labels.selects(policy.at("/spec/podSelector"), workload.podLabels()))
                .allSatisfy(workload -> assertThat(workload.environment()).containsEntry("AWS_ACCESS_KEY_ID", "bucket"))
                .extracting(workload -> workload.manifest().name())
                .containsExactlyInAnyOrder("serving", "trainer", "console");
        assertThat(manifests).extracting(Manifest::toString).doesNotContain("PersistentVolumeClaim models");
    }

    @Test
    void aValueThatIsNoneIsRefused() {
        assertThat(Chart.refusal(List.of("--set", "serving.replcas=3"))).contains("replcas");
        assertThat(Chart.refusal(List.of("--set", "serving.resources.requests.memory=much")))
                .contains("memory");
        assertThat(Chart.refusal(List.of("--set", "strimzi.enabled=false"))).contains("kafka.bootstrapServers");
    }

    /** The other way round, helm refuses values that the schema does not know, its own defaults among them. */
    @Test
    void everyValueOfTheSchemaHasADefault() throws IOException {
        JsonNode schema = Manifest.YAML.readTree(
                Chart.FOLDER.resolve("values.schema.json").toFile());
        JsonNode values =
                Manifest.YAML.readTree(Chart.FOLDER.resolve("values.yaml").toFile());
        requireDefaults(schema, schema, values, "");
    }

    private static void requireDefaults(JsonNode root, JsonNode schema, JsonNode values, String path) {
        JsonNode whole =
                schema.has("$ref") ? root.at(schema.path("$ref").asText().substring(1)) : schema;
        if (!whole.has("additionalProperties")
                || whole.path("additionalProperties").isObject()) {
            return;
        }
        whole.path("properties").properties().forEach(property -> {
            String name = path + "/" + property.getKey();
            assertThat(values.has(property.getKey())).as("default of %s", name).isTrue();
            if (values.path(property.getKey()).isObject()) {
                requireDefaults(root, property.getValue(), values.path(property.getKey()), name);
            }
        });
    }

    @Test
    void theImageIsThatOfThisVersion() throws IOException {
        JsonNode chart =
                Manifest.YAML.readTree(Chart.FOLDER.resolve("Chart.yaml").toFile());
        assertThat(chart.path("appVersion").asText()).isEqualTo(PodSecurityTest.projectVersion());
    }
}

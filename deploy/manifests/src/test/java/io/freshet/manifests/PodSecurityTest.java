package io.freshet.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PodSecurityTest {

    private static final Set<String> RESTRICTED_VOLUMES =
            Set.of("configMap", "emptyDir", "secret", "persistentVolumeClaim");

    @ParameterizedTest
    @EnumSource
    void theNamespaceTakesRestrictedPodsOnly(Overlay overlay) {
        assertThat(overlay.manifest("Namespace", "freshet").labels())
                .containsEntry("pod-security.kubernetes.io/enforce", "restricted");
    }

    @ParameterizedTest
    @EnumSource
    void podsAreRestricted(Overlay overlay) {
        assertThat(overlay.workloads()).isNotEmpty().allSatisfy(workload -> {
            JsonNode pod = workload.pod().path("securityContext");
            assertThat(pod.path("runAsNonRoot").asBoolean()).isTrue();
            assertThat(pod.path("runAsUser").asInt()).isPositive();
            assertThat(pod.at("/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
            JsonNode container = workload.container().path("securityContext");
            assertThat(container.path("allowPrivilegeEscalation").asBoolean(true))
                    .isFalse();
            assertThat(container.path("readOnlyRootFilesystem").asBoolean()).isTrue();
            assertThat(container.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
            assertThat(workload.pod().path("automountServiceAccountToken").asBoolean(true))
                    .isFalse();
            for (JsonNode volume : workload.pod().path("volumes")) {
                assertThat(RESTRICTED_VOLUMES).anyMatch(volume::has);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void podsOfKafkaAreRestrictedToo(Overlay overlay) {
        JsonNode spec = overlay.manifest("Kafka", "freshet").at("/spec");
        for (String pod : List.of("/kafka/template/pod", "/entityOperator/template/pod")) {
            assertThat(spec.at(pod + "/securityContext/runAsNonRoot").asBoolean())
                    .isTrue();
            assertThat(spec.at(pod + "/securityContext/seccompProfile/type").asText())
                    .isEqualTo("RuntimeDefault");
        }
        for (String container : List.of(
                "/kafka/template/kafkaContainer",
                "/entityOperator/template/topicOperatorContainer",
                "/entityOperator/template/userOperatorContainer")) {
            assertThat(spec.at(container + "/securityContext/allowPrivilegeEscalation")
                            .asBoolean(true))
                    .isFalse();
            assertThat(spec.at(container + "/securityContext/capabilities/drop/0")
                            .asText())
                    .isEqualTo("ALL");
        }
    }

    @ParameterizedTest
    @EnumSource
    void libraryFilesCanBeUnpackedBesideTheReadOnlyRoot(Overlay overlay) {
        assertThat(overlay.workloads()).allSatisfy(workload -> {
            assertThat(workload.mountOf(Path.of("/tmp"))).get().matches(Workload.Mount::writable);
            assertThat(workload.volumes())
                    .containsAll(workload.mounts().stream()
                            .map(Workload.Mount::volume)
                            .toList());
        });
    }

    @ParameterizedTest
    @EnumSource
    void containersSayWhatTheyTake(Overlay overlay) {
        assertThat(overlay.workloads()).allSatisfy(workload -> {
            JsonNode resources = workload.container().path("resources");
            assertThat(resources.at("/requests/cpu").isMissingNode()).isFalse();
            assertThat(resources.at("/requests/memory").isMissingNode()).isFalse();
            assertThat(resources.at("/limits/memory").isMissingNode()).isFalse();
            // Libraries, models and state that lie on a node's own disk.
            assertThat(resources.at("/requests/ephemeral-storage").isMissingNode())
                    .isFalse();
        });
    }

    @ParameterizedTest
    @EnumSource
    void containersOfKafkaSayWhatTheyTakeToo(Overlay overlay) {
        JsonNode operator = overlay.manifest("Kafka", "freshet").at("/spec/entityOperator");
        Stream.concat(
                        Stream.of(operator.at("/topicOperator/resources"), operator.at("/userOperator/resources")),
                        overlay.manifests("KafkaNodePool").stream().map(pool -> pool.at("/spec/resources")))
                .forEach(resources -> {
                    assertThat(resources.at("/requests/cpu").isMissingNode()).isFalse();
                    assertThat(resources.at("/requests/memory")).isEqualTo(resources.at("/limits/memory"));
                    assertThat(resources.at("/limits/memory").isMissingNode()).isFalse();
                });
    }

    @ParameterizedTest
    @EnumSource
    void noSecretIsInAManifest(Overlay overlay) {
        assertThat(overlay.manifests("Secret")).isEmpty();
        for (Workload workload : overlay.workloads()) {
            for (JsonNode variable : workload.container().path("env")) {
                if (Pattern.compile("JAAS|PASSWORD|TOKEN|SALT|SECRET")
                        .matcher(variable.path("name").asText())
                        .find()) {
                    assertThat(variable.at("/valueFrom/secretKeyRef/key").isMissingNode())
                            .as("%s of %s", variable.path("name"), workload)
                            .isFalse();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void imagesAreThoseOfThisVersion(Overlay overlay) throws IOException {
        String version = projectVersion();
        for (Workload workload : overlay.workloads()) {
            boolean onGpu = workload.container().at("/resources/limits").has("nvidia.com/gpu");
            assertThat(workload.container().path("image").asText())
                    .as("image of %s", workload)
                    .isEqualTo("freshet:" + version + (onGpu ? "-gpu" : ""));
        }
    }

    static String projectVersion() throws IOException {
        String pom = Files.readString(Repository.ROOT.resolve("pom.xml"));
        Matcher version = Pattern.compile("<artifactId>freshet</artifactId>\\s*<version>([^<]+)</version>")
                .matcher(pom);
        assertThat(version.find()).isTrue();
        return version.group(1);
    }

    @ParameterizedTest
    @EnumSource
    void labelsSayWhoseAnObjectIs(Overlay overlay) {
        for (Workload workload : overlay.workloads()) {
            assertThat(workload.podLabels())
                    .containsAllEntriesOf(Map.of(
                            "app.kubernetes.io/name",
                            workload.manifest().name(),
                            "app.kubernetes.io/part-of",
                            "freshet"));
        }
    }
}

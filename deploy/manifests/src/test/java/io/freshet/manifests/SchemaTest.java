package io.freshet.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SchemaTest {

    /** What Kubernetes' client takes for any text, and its server does not. */
    private static final Map<String, Set<String>> WORDS = Map.of(
            "protocol", Set.of("TCP", "UDP", "SCTP"),
            "policyTypes", Set.of("Ingress", "Egress"),
            "accessModes", Set.of("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"),
            "whenUnsatisfiable", Set.of("ScheduleAnyway", "DoNotSchedule"),
            "podManagementPolicy", Set.of("OrderedReady", "Parallel"),
            "fsGroupChangePolicy", Set.of("OnRootMismatch", "Always"),
            "imagePullPolicy", Set.of("Always", "IfNotPresent", "Never"),
            "drop", Set.of("ALL"));

    private Schemas schemas;

    @BeforeAll
    void read(@TempDir Path scratch) throws Exception {
        schemas = new Schemas(scratch);
    }

    @ParameterizedTest
    @EnumSource
    void everyObjectIsAsItsSchemaSays(Overlay overlay) {
        assertThat(overlay.manifests())
                .allSatisfy(manifest -> assertThat(schemas.violations(manifest))
                        .as("%s", manifest)
                        .isEmpty());
    }

    /** With values that no overlay has; the others are compared with the overlays. */
    @ParameterizedTest
    @EnumSource
    void everyObjectOfTheChartIsAsItsSchemaSays(ChartTest.Variant variant) {
        assertThat(Chart.render(variant.options()))
                .isNotEmpty()
                .allSatisfy(manifest -> assertThat(schemas.violations(manifest))
                        .as("%s", manifest)
                        .isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void wordsAreOnesThatKubernetesKnows(Overlay overlay) {
        assertThat(overlay.manifests()).allSatisfy(manifest -> requireWords(manifest.json(), manifest));
    }

    private static void requireWords(JsonNode node, Manifest manifest) {
        node.properties().forEach(field -> {
            Set<String> words = WORDS.get(field.getKey());
            if (words != null) {
                assertThat(texts(field.getValue()))
                        .as("%s of %s", field.getKey(), manifest)
                        .isSubsetOf(words);
            }
        });
        node.forEach(child -> requireWords(child, manifest));
    }

    /** Kubernetes' client takes any text for an amount. */
    @ParameterizedTest
    @EnumSource
    void amountsAreOnesThatKubernetesCanRead(Overlay overlay) {
        for (Manifest manifest : overlay.manifests()) {
            List<JsonNode> amounts = new ArrayList<>(manifest.json().findValues("sizeLimit"));
            for (String key : List.of("requests", "limits")) {
                manifest.json().findValues(key).forEach(resources -> resources.forEach(amounts::add));
            }
            if (manifest.kind().equals("KafkaNodePool")) {
                amounts.addAll(manifest.json().findValues("size"));
            }
            assertThat(amounts)
                    .as("amounts of %s", manifest)
                    .allMatch(amount -> amount.asText().matches("[0-9]+(\\.[0-9]+)?(m|[kMGT]|[KMGT]i)?"));
        }
    }

    private static List<String> texts(JsonNode value) {
        return value.isArray()
                ? Manifest.elements(value).stream().map(JsonNode::asText).toList()
                : List.of(value.asText());
    }

    @ParameterizedTest
    @EnumSource
    void noTwoObjectsHaveOneName(Overlay overlay) {
        assertThat(overlay.manifests().stream().map(Manifest::toString)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    void everyObjectLiesInTheNamespace(Overlay overlay) {
        assertThat(overlay.manifests())
                .filteredOn(manifest -> !manifest.kind().equals("Namespace"))
                .allSatisfy(manifest -> assertThat(
                                manifest.at("/metadata/namespace").asText())
                        .as("%s", manifest)
                        .isEqualTo("freshet"));
    }

    @Test
    void keysThatAreInNoSchemaAreFound() throws Exception {
        assertThat(violations("{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {portz: []}}"))
                .isNotEmpty();
        assertThat(violations("{apiVersion: kafka.strimzi.io/v1, kind: KafkaTopic, spec: {partitionz: 4}}"))
                .isNotEmpty();
        assertThat(violations("{apiVersion: keda.sh/v1alpha1, kind: ScaledObject, metadata: {name: a}, spec:"
                        + " {scaleTargetRef: {name: a}, triggers: [], minReplicas: 1}}"))
                .isNotEmpty();
        assertThat(violations("{apiVersion: apps/v2, kind: Deployment}")).isNotEmpty();
    }

    private List<String> violations(String yaml) throws Exception {
        return schemas.violations(new Manifest(Manifest.YAML.readTree(yaml)));
    }
}

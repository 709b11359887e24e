package io.freshet.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The arrows of docs/architecture.md, and no others. */
final class NetworkPolicyTest {

    private static final String NAME = "kubernetes.io/metadata.name";

    private static final Network.Pod KAFKA = new Network.Pod(
            "kafka",
            "freshet",
            Map.of(NAME, "freshet"),
            Map.of("strimzi.io/cluster", "freshet", "strimzi.io/kind", "Kafka"),
            Map.of());
    private static final Network.Pod DNS =
            new Network.Pod("dns", "kube-system", Map.of(NAME, "kube-system"), Map.of("k8s-app", "kube-dns"), Map.of());
    private static final Network.Pod CLIENT = new Network.Pod(
            "client", "shop", Map.of(NAME, "shop", "freshet.io/clients", "true"), Map.of("app", "shop"), Map.of());
    private static final Network.Pod STRANGER =
            new Network.Pod("stranger", "other", Map.of(NAME, "other"), Map.of("app", "other"), Map.of());
    private static final Network.Pod PROMETHEUS = new Network.Pod(
            "prometheus",
            "monitoring",
            Map.of(NAME, "monitoring"),
            Map.of("app.kubernetes.io/name", "prometheus"),
            Map.of());
    private static final Network.Pod KEDA =
            new Network.Pod("keda", "keda", Map.of(NAME, "keda"), Map.of("app", "keda-operator"), Map.of());

    private static final Network.Pod COLLECTOR = new Network.Pod(
            "opentelemetry-collector",
            "observability",
            Map.of(NAME, "observability"),
            Map.of("app.kubernetes.io/name", "opentelemetry-collector"),
            Map.of());

    private static Network.Pod pod(Workload workload) {
        Map<String, Integer> ports = new HashMap<>();
        workload.container()
                .path("ports")
                .forEach(port -> ports.put(
                        port.path("name").asText(), port.path("containerPort").asInt()));
        return new Network.Pod(
                workload.manifest().name(), "freshet", Map.of(NAME, "freshet"), workload.podLabels(), ports);
    }

    private static int kafkaPort(Overlay overlay) {
        return overlay.manifest("Kafka", "freshet")
                .at("/spec/kafka/listeners/0/port")
                .asInt();
    }

    @ParameterizedTest
    @EnumSource
    void everyServiceReachesKafkaAndTheDnsAndNobodyElse(Overlay overlay) {
        Network network = Network.of(overlay);
        List<Network.Pod> pods =
                overlay.workloads().stream().map(NetworkPolicyTest::pod).toList();
        for (Network.Pod from : pods) {
            assertThat(network.allows(from, KAFKA, kafkaPort(overlay)))
                    .as("%s to Kafka", from.name())
                    .isTrue();
            assertThat(network.allows(from, DNS, 53))
                    .as("%s to the DNS", from.name())
                    .isTrue();
            assertThat(network.allows(from, KAFKA, 9091))
                    .as("%s between brokers", from.name())
                    .isFalse();
            assertThat(network.allows(from, STRANGER, 443))
                    .as("%s out", from.name())
                    .isFalse();
            for (Network.Pod to : pods) {
                for (int port : to.ports().values()) {
                    assertThat(network.allows(from, to, port))
                            .as("%s to %s", from.name(), to.name())
                            .isFalse();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theCollectorIsReachedByThoseThatSendTracesToIt(Overlay overlay) {
        Network network = Network.of(overlay);
        for (Workload workload : overlay.workloads()) {
            Optional<URI> endpoint =
                    Configurations.of(overlay, workload).tracing().endpoint();
            assertThat(endpoint.isPresent())
                    .as("%s sends traces", workload)
                    .isEqualTo(overlay == Overlay.TRACED && workload.runsService());
            endpoint.ifPresent(address -> assertThat(address).hasHost(COLLECTOR.name() + "." + COLLECTOR.namespace()));
            assertThat(network.allows(
                            pod(workload), COLLECTOR, endpoint.map(URI::getPort).orElse(4318)))
                    .as("%s to the collector", workload)
                    .isEqualTo(endpoint.isPresent());
        }
    }

    @ParameterizedTest
    @EnumSource
    void clientsReachServingOnly(Overlay overlay) {
        Network network = Network.of(overlay);
        for (Workload workload : overlay.workloads()) {
            Network.Pod to = pod(workload);
            for (int port : to.ports().values()) {
                assertThat(network.allows(CLIENT, to, port))
                        .as("a client to %s", to.name())
                        .isEqualTo(to.name().equals("serving"));
                assertThat(network.allows(STRANGER, to, port))
                        .as("a stranger to %s", to.name())
                        .isFalse();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void prometheusReachesEveryServicesMetrics(Overlay overlay) {
        Network network = Network.of(overlay);
        for (Workload workload : overlay.workloads()) {
            Network.Pod to = pod(workload);
            for (int port : to.ports().values()) {
                assertThat(network.allows(PROMETHEUS, to, port))
                        .as("Prometheus to %s", to.name())
                        .isTrue();
            }
        }
    }

    /** Strimzi makes the policy of Kafka's pods out of the listener's peers. */
    @ParameterizedTest
    @EnumSource
    void kafkaLetsInTheServicesAndWhatReadsTheLag(Overlay overlay) {
        JsonNode listener = overlay.manifest("Kafka", "freshet").at("/spec/kafka/listeners/0");
        List<JsonNode> peers = Manifest.elements(listener.path("networkPolicyPeers"));
        List<Network.Pod> welcome = new ArrayList<>(
                overlay.workloads().stream().map(NetworkPolicyTest::pod).toList());
        welcome.add(KEDA);
        assertThat(welcome)
                .allSatisfy(pod -> assertThat(peers)
                        .as("peers that let in %s", pod.name())
                        .anyMatch(peer -> Network.matches(peer, "freshet", pod)));
        for (Network.Pod pod : List.of(CLIENT, STRANGER, PROMETHEUS)) {
            assertThat(peers)
                    .as("peers that let in %s", pod.name())
                    .noneMatch(peer -> Network.matches(peer, "freshet", pod));
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyPolicySelectsPodsThatThereAre(Overlay overlay) {
        for (Manifest policy : overlay.manifests("NetworkPolicy")) {
            Set<String> selected = overlay.workloads().stream()
                    .filter(workload -> Labels.selects(policy.at("/spec/podSelector"), workload.podLabels()))
                    .map(workload -> workload.manifest().name())
                    .collect(Collectors.toSet());
            assertThat(selected).as("pods of %s", policy).isNotEmpty();
        }
    }
}

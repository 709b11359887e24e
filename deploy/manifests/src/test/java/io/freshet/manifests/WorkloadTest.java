package io.freshet.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.freshet.serving.batch.BatchMetrics;
import io.freshet.standalone.config.FreshetConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class WorkloadTest {

    /** What {@code freshet} gives itself to close after SIGTERM; {@code Shutdown.TIME_TO_CLOSE}. */
    private static final int SECONDS_TO_CLOSE = 45;

    /** What an ingest process of two threads does, with images of 14 KB; BENCHMARKS.md. */
    private static final int IMAGES_PER_SECOND = 1112;

    @ParameterizedTest
    @EnumSource
    void selectorsSelectTheirOwnPodsAndNoOthers(Overlay overlay) {
        for (Workload workload : overlay.workloads()) {
            assertThat(selected(overlay, workload.manifest().at("/spec/selector")))
                    .as("pods of %s", workload)
                    .containsExactly(workload);
        }
        for (Manifest budget : overlay.manifests("PodDisruptionBudget")) {
            assertThat(selected(overlay, budget.at("/spec/selector")))
                    .as("pods of %s", budget)
                    .containsExactly(overlay.workload(budget.name()));
        }
        for (Workload workload : overlay.workloads()) {
            for (JsonNode spread : workload.pod().path("topologySpreadConstraints")) {
                assertThat(selected(overlay, spread.path("labelSelector")))
                        .as("pods that %s spreads", workload)
                        .containsExactly(workload);
            }
        }
    }

    private static List<Workload> selected(Overlay overlay, JsonNode selector) {
        return overlay.workloads().stream()
                .filter(workload -> Labels.selects(selector, workload.podLabels()))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void servicesLeadToPortsThatTheirPodsHave(Overlay overlay) {
        assertThat(overlay.manifests("Service")).isNotEmpty().allSatisfy(service -> {
            List<Workload> pods = overlay.workloads().stream()
                    .filter(workload -> workload.podLabels()
                            .entrySet()
                            .containsAll(
                                    Manifest.texts(service.at("/spec/selector")).entrySet()))
                    .toList();
            assertThat(pods).as("pods of %s", service).containsExactly(overlay.workload(service.name()));
            for (JsonNode port : service.at("/spec/ports")) {
                assertThat(pods.getFirst().port(port.path("targetPort")))
                        .as("port %s of %s", port.path("targetPort"), service)
                        .isPresent();
            }
        });
        for (Manifest statefulSet : overlay.manifests("StatefulSet")) {
            assertThat(overlay.manifest(
                                    "Service",
                                    statefulSet.at("/spec/serviceName").asText())
                            .at("/spec/clusterIP")
                            .asText())
                    .isEqualTo("None");
        }
    }

    @ParameterizedTest
    @EnumSource
    void containersListenOnThePortsThatTheProgramIsConfiguredFor(Overlay overlay) {
        for (Workload workload : services(overlay)) {
            FreshetConfig config = Configurations.of(overlay, workload);
            int port = switch (workload.args().getFirst()) {
                case "serve" -> config.serving().port();
                case "ingest" -> config.admin().ingestPort();
                case "trainer" -> config.admin().trainerPort();
                case "labeller" -> config.admin().labellerPort();
                default -> throw new AssertionError("no service: " + workload.args());
            };
            assertThat(workload.container().at("/ports/0/containerPort").asInt())
                    .as("port of %s", workload)
                    .isEqualTo(port);
            assertThat(workload.container().path("ports")).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void probesAskPortsThatAreThere(Overlay overlay) {
        for (Workload workload : services(overlay)) {
            for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
                JsonNode asked = workload.container().at("/" + probe + "/httpGet");
                assertThat(workload.port(asked.path("port")))
                        .as("port of %s of %s", probe, workload)
                        .isPresent();
                assertThat(asked.path("path").asText())
                        .as("path of %s of %s", probe, workload)
                        .isEqualTo(probe.equals("readinessProbe") ? "/health/ready" : "/health/live");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPodHasTheTimeThatTheProgramTakesToClose(Overlay overlay) throws Exception {
        Class<?> shutdown = Class.forName("io.freshet.standalone.cli.Shutdown");
        Field timeToClose = shutdown.getDeclaredField("TIME_TO_CLOSE");
        timeToClose.setAccessible(true);
        assertThat(timeToClose.get(null)).isEqualTo(Duration.ofSeconds(SECONDS_TO_CLOSE));
        for (Workload workload : services(overlay)) {
            int before =
                    workload.container().at("/lifecycle/preStop/sleep/seconds").asInt();
            assertThat(workload.pod().path("terminationGracePeriodSeconds").asInt())
                    .as("time that %s has to stop", workload)
                    .isGreaterThanOrEqualTo(before + SECONDS_TO_CLOSE);
        }
    }

    /** Selectors can never be changed: what may change, such as a version, is not in them. */
    @ParameterizedTest
    @EnumSource
    void selectorsAreOfTwoLabelsThatStay(Overlay overlay) {
        for (Workload workload : overlay.workloads()) {
            assertThat(Manifest.texts(workload.manifest().at("/spec/selector/matchLabels")))
                    .as("selector of %s", workload)
                    .containsOnlyKeys("app.kubernetes.io/name", "app.kubernetes.io/part-of");
        }
    }

    /** Serving is not ready before the first model, and a node must be drained all the same. */
    @ParameterizedTest
    @EnumSource
    void aBudgetHoldsUpNoNodeForPodsThatAreNotReady(Overlay overlay) {
        assertThat(overlay.manifests("PodDisruptionBudget")).isNotEmpty().allSatisfy(budget -> {
            assertThat(budget.at("/spec/unhealthyPodEvictionPolicy").asText()).isEqualTo("AlwaysAllow");
            assertThat(budget.at("/spec/maxUnavailable").asInt()).isPositive();
        });
    }

    @ParameterizedTest
    @EnumSource
    void whatHasReplicasIsSpreadOverNodesAndZones(Overlay overlay) {
        for (Manifest budget : overlay.manifests("PodDisruptionBudget")) {
            Workload workload = overlay.workload(budget.name());
            JsonNode spreads = workload.pod().path("topologySpreadConstraints");
            assertThat(spreads.findValuesAsText("topologyKey"))
                    .as("over what %s is spread", workload)
                    .containsExactlyInAnyOrder("kubernetes.io/hostname", "topology.kubernetes.io/zone");
            if (workload.manifest().kind().equals("Deployment")) { // else the replicas that go count as well
                assertThat(spreads.findValues("matchLabelKeys"))
                        .hasSize(2)
                        .allMatch(keys -> keys.path(0).asText().equals("pod-template-hash"));
            }
        }
    }

    /** Two brokers of three on a node would be two replicas of a partition, and Kafka would take nothing without it. */
    @ParameterizedTest
    @EnumSource
    void aNodeHasOneBrokerAndOneControllerAtMost(Overlay overlay) {
        JsonNode spreads =
                overlay.manifest("Kafka", "freshet").at("/spec/kafka/template/pod/topologySpreadConstraints");
        assertThat(Manifest.elements(spreads)).anySatisfy(spread -> {
            assertThat(spread.path("topologyKey").asText()).isEqualTo("kubernetes.io/hostname");
            assertThat(spread.path("whenUnsatisfiable").asText()).isEqualTo("DoNotSchedule");
            assertThat(spread.path("maxSkew").asInt()).isOne();
            assertThat(spread.at("/matchLabelKeys/0").asText()).isEqualTo("strimzi.io/pool-name");
        });
    }

    /** What a deleted ingest has left would be taken for the state of a new one, with another Kafka. */
    @ParameterizedTest
    @EnumSource
    void localStateStaysWithItsProcessAndGoesWithIngest(Overlay overlay) {
        JsonNode policy = overlay.manifest("StatefulSet", "ingest").at("/spec/persistentVolumeClaimRetentionPolicy");
        assertThat(policy.path("whenScaled").asText()).isEqualTo("Retain");
        assertThat(policy.path("whenDeleted").asText()).isEqualTo("Delete");
    }

    @ParameterizedTest
    @EnumSource
    void aStartThatItsProbeAllowsIsNotCalledAFailedRollout(Overlay overlay) {
        for (Workload workload : services(overlay)) {
            JsonNode probe = workload.container().path("startupProbe");
            int allowed = probe.path("periodSeconds").asInt()
                    * probe.path("failureThreshold").asInt();
            int deadline =
                    workload.manifest().at("/spec/progressDeadlineSeconds").asInt(600);
            assertThat(deadline).as("deadline of %s", workload).isGreaterThan(allowed);
        }
    }

    @ParameterizedTest
    @EnumSource
    void servingIsReplacedWithoutAGap(Overlay overlay) {
        Workload serving = overlay.workload("serving");
        assertThat(serving.manifest()
                        .at("/spec/strategy/rollingUpdate/maxUnavailable")
                        .asInt(-1))
                .isZero();
        assertThat(serving.container().at("/lifecycle/preStop/sleep/seconds").asInt())
                .isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void theTrainerIsOneAndAnOlderOneEndsFirst(Overlay overlay) {
        Manifest trainer = overlay.workload("trainer").manifest();
        assertThat(trainer.at("/spec/replicas").asInt()).isOne();
        assertThat(trainer.at("/spec/strategy/type").asText()).isEqualTo("Recreate");
    }

    @ParameterizedTest
    @EnumSource
    void whatScalesAWorkloadAloneSaysHowManyReplicasItHas(Overlay overlay) {
        Stream.concat(overlay.manifests("HorizontalPodAutoscaler").stream(), overlay.manifests("ScaledObject").stream())
                .forEach(scaler -> {
                    JsonNode target = scaler.at("/spec/scaleTargetRef");
                    Manifest scaled = overlay.manifest(
                            target.path("kind").asText(), target.path("name").asText());
                    assertThat(scaled.apiVersion())
                            .isEqualTo(target.path("apiVersion").asText());
                    assertThat(scaled.at("/spec/replicas").isMissingNode())
                            .as("%s says itself how many replicas it has", scaled)
                            .isTrue();
                });
    }

    @ParameterizedTest
    @EnumSource(names = {"PRODUCTION", "GPU"})
    void servingIsScaledByAMetricThatItHas(Overlay overlay) throws IOException {
        String metric = overlay.manifest("HorizontalPodAutoscaler", "serving")
                .at("/spec/metrics/0/pods/metric/name")
                .asText();
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new BatchMetrics(registry);
        assertThat(registry.scrape()).contains("\n" + metric + " ");

        JsonNode rule = Manifest.YAML
                .readTree(
                        Repository.KUBERNETES.resolve("prometheus-adapter.yaml").toFile())
                .at("/rules/custom/0");
        assertThat(rule.path("seriesQuery").asText()).startsWith(metric + "{");
        assertThat(rule.at("/name/matches").asText()).isEqualTo(metric);
    }

    @ParameterizedTest
    @EnumSource(names = {"PRODUCTION", "GPU"})
    void ingestIsScaledByTheLagOfItsOwnGroupAndNotBeyondThePartitions(Overlay overlay) {
        Workload ingest = overlay.workload("ingest");
        FreshetConfig config = Configurations.of(overlay, ingest);
        Manifest scaler = overlay.manifest("ScaledObject", "ingest");
        JsonNode trigger = scaler.at("/spec/triggers/0/metadata");
        JsonNode topic =
                overlay.manifest("KafkaTopic", trigger.path("topic").asText()).json();
        assertThat(trigger.path("topic").asText()).isEqualTo("freshet.traffic");
        assertThat(trigger.path("consumerGroup").asText())
                .isEqualTo(config.ingest().applicationId());
        assertThat(scaler.at("/spec/maxReplicaCount").asInt())
                .isEqualTo(topic.at("/spec/partitions").asInt());

        Manifest authentication = overlay.manifest(
                "TriggerAuthentication",
                scaler.at("/spec/triggers/0/authenticationRef/name").asText());
        String user = authentication.at("/spec/secretTargetRef/0/name").asText();
        assertThat(overlay.manifest("KafkaUser", user)).isNotNull();
        assertThat(overlay.manifest(
                                "ConfigMap",
                                authentication
                                        .at("/spec/configMapTargetRef/0/name")
                                        .asText())
                        .at("/data/username")
                        .asText())
                .isEqualTo(user);
        String host = config.kafka().bootstrapServers();
        assertThat(trigger.path("bootstrapServers").asText()).isEqualTo(host.replace(":", ".freshet.svc:"));
    }

    /** Each more process moves partitions with their state, so it comes for a backlog that is more than a moment's. */
    @ParameterizedTest
    @EnumSource(names = {"PRODUCTION", "GPU"})
    void ingestGrowsBeforeItsLagIsAnAlertAndNotForAMoment(Overlay overlay) throws IOException {
        int threshold = overlay.manifest("ScaledObject", "ingest")
                .at("/spec/triggers/0/metadata/lagThreshold")
                .asInt();
        Matcher alert = Pattern.compile("freshet_ingest_lag:sum > ([0-9]+)")
                .matcher(Files.readString(Repository.ROOT.resolve("deploy/prometheus/rules/freshet-alerts.yml")));
        assertThat(alert.find()).isTrue();
        assertThat(threshold)
                .isLessThanOrEqualTo(Integer.parseInt(alert.group(1)))
                .isGreaterThanOrEqualTo(5 * IMAGES_PER_SECOND);
    }

    @ParameterizedTest
    @EnumSource(names = {"PRODUCTION", "GPU"})
    void servingGrowsWhenHalfABatchWaits(Overlay overlay) {
        FreshetConfig config = Configurations.of(overlay, overlay.workload("serving"));
        assertThat(overlay.manifest("HorizontalPodAutoscaler", "serving")
                        .at("/spec/metrics/0/pods/target/averageValue")
                        .asInt())
                .isEqualTo(config.serving().batching().maxBatch() / 2);
    }

    @ParameterizedTest
    @EnumSource(names = {"PRODUCTION", "GPU"})
    void prometheusFindsTheMetricsOfEachService(Overlay overlay) {
        Manifest monitor = overlay.manifest("PodMonitor", "freshet");
        assertThat(selected(overlay, monitor.at("/spec/selector"))).containsExactlyElementsOf(services(overlay));
        for (Workload workload : services(overlay)) {
            assertThat(workload.port(monitor.at("/spec/podMetricsEndpoints/0/port")))
                    .as("port of the metrics of %s", workload)
                    .isPresent();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PRODUCTION", "GPU"})
    void jobsHaveTheNamesThatRulesAndDashboardsFindThemBy(Overlay overlay) {
        JsonNode rename = overlay.manifest("PodMonitor", "freshet").at("/spec/podMetricsEndpoints/0/relabelings/0");
        assertThat(rename.path("targetLabel").asText()).isEqualTo("job");
        assertThat(rename.path("replacement").asText()).isEqualTo("freshet-$1");
        assertThat(rename.at("/sourceLabels/0").asText())
                .isEqualTo("__meta_kubernetes_pod_label_" + "app.kubernetes.io/name".replaceAll("[./]", "_"));
    }

    @ParameterizedTest
    @EnumSource(names = "GPU")
    void theTrainerHasAGpuAndTheImageForIt(Overlay overlay) {
        Workload trainer = overlay.workload("trainer");
        assertThat(trainer.container()
                        .at("/resources/limits")
                        .path("nvidia.com/gpu")
                        .asInt())
                .isOne();
        assertThat(trainer.container().path("image").asText()).endsWith("-gpu");
    }

    private static List<Workload> services(Overlay overlay) {
        return overlay.workloads().stream().filter(Workload::runsService).toList();
    }
}

package io.freshet.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.freshet.protocol.Topics;
import io.freshet.protocol.kafka.TopicAccess;
import io.freshet.serving.ServingConfig;
import io.freshet.standalone.config.FreshetConfig;
import io.freshet.standalone.service.ServiceAccess;
import io.freshet.trainer.labelling.LabellingConfig;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each service may do in Kafka what its code does, and nothing else; {@link ServicesIT} asks a broker. */
final class AccessTest {

    /** The topics of a service's code. */
    private record Uses(Set<Topics> read, Set<Topics> written) {

        TopicAccess asked() {
            return new TopicAccess(names(read), names(written));
        }

        private static Set<String> names(Set<Topics> topics) {
            return topics.stream().map(Topics::topicName).collect(Collectors.toSet());
        }

        Set<Topics> all() {
            Set<Topics> all = new HashSet<>(read);
            all.addAll(written);
            return all;
        }

        Set<Access> accesses() {
            return all().stream().map(this::access).collect(Collectors.toSet());
        }

        private Access access(Topics topic) {
            Set<String> operations = new TreeSet<>(Set.of("Describe"));
            if (read.contains(topic)) {
                operations.add("Read");
            }
            if (written.contains(topic)) {
                operations.add("Write");
            }
            return new Access("topic", topic.topicName(), "literal", operations);
        }
    }

    private static final Map<String, Uses> USES = Map.of(
            "ingest",
            new Uses(
                    EnumSet.of(Topics.TRAFFIC, Topics.LABELS, Topics.ERASURES),
                    EnumSet.of(Topics.TRAFFIC_DLQ, Topics.UNLABELED, Topics.LABEL_REQUESTS, Topics.ROUNDS)),
            "trainer",
            new Uses(
                    EnumSet.of(
                            Topics.UNLABELED,
                            Topics.LABEL_REQUESTS,
                            Topics.LABELS,
                            Topics.MODELS,
                            Topics.ROUNDS,
                            Topics.ERASURES,
                            Topics.LABELLING_LABELS),
                    EnumSet.of(Topics.MODELS, Topics.ROUNDS, Topics.LABELLING_TASKS)),
            "serving",
            new Uses(
                    EnumSet.of(Topics.ANSWERED, Topics.MODELS, Topics.POLICIES),
                    EnumSet.of(Topics.TRAFFIC, Topics.ANSWERED, Topics.LABELS, Topics.MODELS)));

    private static Uses uses(String service) {
        return Objects.requireNonNull(USES.get(service));
    }

    /** Or the table above would be out of date. */
    @Test
    void theTopicsOfEachServiceAreThoseThatItsCodeNames() {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.freshet.ingest", "io.freshet.trainer", "io.freshet.serving");
        USES.forEach((service, uses) -> {
            Set<Topics> named = classes.stream()
                    .filter(type -> type.getPackageName().startsWith("io.freshet." + service))
                    .flatMap(type -> type.getFieldAccessesFromSelf().stream())
                    .filter(access -> access.getTarget().getOwner().isEquivalentTo(Topics.class))
                    .map(JavaFieldAccess::getName)
                    .flatMap(name -> Arrays.stream(Topics.values())
                            .filter(topic -> topic.name().equals(name)))
                    .collect(Collectors.toSet());
            assertThat(named).as("topics of %s", service).isEqualTo(uses.all());
        });
    }

    @Test
    void whatAServiceAsksForAtItsStartIsWhatItUses() {
        ServingConfig serving = FreshetConfig.defaults().serving();
        assertThat(ServiceAccess.ingest()).isEqualTo(uses("ingest").asked());
        LabellingConfig shared = new LabellingConfig(true, 2_000, "labellers", Path.of("labeller"));
        assertThat(ServiceAccess.trainer(shared)).isEqualTo(uses("trainer").asked());
        assertThat(ServiceAccess.serving(serving)).isEqualTo(uses("serving").asked());
    }

    @ParameterizedTest
    @EnumSource
    void servicesMayReadAndWriteTheirTopicsAndNoOthers(Overlay overlay) {
        USES.forEach((service, uses) -> {
            Set<Access> topics = Access.of(overlay.manifest("KafkaUser", "freshet-" + service)).stream()
                    .filter(access ->
                            access.type().equals("topic") && access.pattern().equals("literal"))
                    .collect(Collectors.toSet());
            assertThat(topics).as("topics of %s", service).isEqualTo(uses.accesses());
        });
    }

    @ParameterizedTest
    @EnumSource
    void groupsTransactionsAndInternalTopicsAreAUsersOwn(Overlay overlay) {
        FreshetConfig config = Configurations.of(overlay, overlay.workload("ingest"));
        String application = config.ingest().applicationId();
        assertThat(others(overlay, "ingest"))
                .containsExactlyInAnyOrder(
                        new Access("group", application, "literal", Set.of("Describe", "Read")),
                        new Access("transactionalId", application + "-", "prefix", Set.of("Describe", "Write")),
                        new Access(
                                "topic",
                                application + "-",
                                "prefix",
                                Set.of("Create", "Delete", "Describe", "DescribeConfigs", "Read", "Write")));
        assertThat(others(overlay, "trainer"))
                .containsExactly(
                        new Access("transactionalId", "freshet-trainer-", "prefix", Set.of("Describe", "Write")));
        assertThat(others(overlay, "serving")).isEmpty();
        assertThat(config.serving().stream().reads())
                .as("Kafka in, Kafka out, wants ACLs of its own")
                .isFalse();
    }

    @Test
    void labellersMayDoWhatTheyAskForAndCommitInTheirGroup() {
        Set<Access> rights = Access.of(Overlay.LABELLED.manifest("KafkaUser", "freshet-labeller"));
        String group = Configurations.of(Overlay.LABELLED, Overlay.LABELLED.workload("labeller"))
                .trainer()
                .labelling()
                .group();
        TopicAccess asked = ServiceAccess.labeller();
        assertThat(rights)
                .filteredOn(access -> access.type().equals("topic"))
                .allSatisfy(access -> assertThat(access.pattern()).isEqualTo("literal"))
                .allSatisfy(access -> assertThat(access.operations())
                        .containsExactlyInAnyOrder("Describe", asked.read().contains(access.name()) ? "Read" : "Write"))
                .extracting(Access::name)
                .containsExactlyInAnyOrderElementsOf(Stream.concat(asked.read().stream(), asked.written().stream())
                        .toList());
        assertThat(others(Overlay.LABELLED, "labeller"))
                .containsExactlyInAnyOrder(
                        new Access("group", group, "literal", Set.of("Describe", "Read")),
                        new Access("transactionalId", group, "prefix", Set.of("Describe", "Write")));
    }

    private static List<Access> others(Overlay overlay, String service) {
        return Access.of(overlay.manifest("KafkaUser", "freshet-" + service)).stream()
                .filter(access ->
                        !(access.type().equals("topic") && access.pattern().equals("literal")))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void whatReadsTheLagMayNotReadTheImages(Overlay overlay) {
        assertThat(Access.of(overlay.manifest("KafkaUser", "freshet-lag")))
                .allSatisfy(access -> assertThat(access.operations()).containsExactly("Describe"));
    }

    @ParameterizedTest
    @EnumSource
    void nobodyIsOverEverybody(Overlay overlay) {
        assertThat(overlay.manifest("Kafka", "freshet")
                        .at("/spec/kafka/authorization/type")
                        .asText())
                .isEqualTo("simple");
        assertThat(overlay.manifest("Kafka", "freshet")
                        .at("/spec/kafka/authorization")
                        .has("superUsers"))
                .isFalse();
        for (Manifest user : overlay.manifests("KafkaUser")) {
            assertThat(Access.of(user))
                    .noneMatch(
                            access -> access.name().equals("*") || access.type().equals("cluster"))
                    .noneMatch(access -> access.operations().contains("All"));
        }
    }
}

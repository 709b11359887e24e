package io.freshet.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules and dashboards ask for what docs/metrics.md lists; {@link MonitoringIT} holds that list to the services. */
class QueriesTest {

    /** Prometheus gives these itself. */
    private static final Set<String> OWN_METRICS = Set.of("up");

    private static final Set<String> OWN_LABELS = Set.of("job", "instance", "le");

    static List<String> queries() {
        return Stream.of(
                        Repository.rules(Repository.RECORDING).stream()
                                .map(rule -> rule.get("expr").asText()),
                        Repository.rules(Repository.ALERTS).stream()
                                .map(rule -> rule.get("expr").asText()),
                        Panel.all().stream().flatMap(panel -> panel.queries().stream()))
                .flatMap(queries -> queries)
                .distinct()
                .toList();
    }

    @ParameterizedTest
    @MethodSource("queries")
    void namesOnlyMetricsAndLabelsThatThereAre(String query) {
        Inventory inventory = Inventory.ofTables(Repository.text(Repository.METRICS));
        Set<String> recorded = Repository.rules(Repository.RECORDING).stream()
                .map(rule -> rule.get("record").asText())
                .collect(Collectors.toSet());

        assertThat(Promql.metrics(query))
                .allMatch(name -> inventory.has(name) || recorded.contains(name) || OWN_METRICS.contains(name));
        assertThat(Promql.selectors(query)).allSatisfy(selector -> {
            if (inventory.has(selector.metric())) {
                assertThat(selector.labels())
                        .allMatch(label -> OWN_LABELS.contains(label)
                                || inventory.find(selector.metric()).labels().contains(label));
            }
        });
    }

    @Test
    void findsTheMetricsOfAQuery() {
        assertThat(Promql.metrics(
                        "sum by (job) (rate(a_total{x=\"b_total\",y!~\"c|d\"}[5m])) / on (e) group_left () f:g:h"
                                + " > 14.4 * 1e3 or vector(0) unless i"))
                .containsExactly("a_total", "f:g:h", "i");
        assertThat(Promql.selectors("a_total{x=\"b\",y!~\"c=d\"}"))
                .containsExactly(new Promql.Selector("a_total", Set.of("x", "y")));
    }
}

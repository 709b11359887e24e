package io.freshet.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RulesTest {

    private static final Pattern SECTION = Pattern.compile("^## (.+)$", Pattern.MULTILINE);

    static List<String> tests() {
        return Repository.list(Repository.RULE_TESTS, ".yml").stream()
                .map(file -> file.getFileName().toString())
                .toList();
    }

    @Test
    void prometheusTakesTheConfigurationAndTheRules() throws Exception {
        assertSucceeds(Repository.PROMETHEUS, "check", "config", "prometheus.yml");
    }

    @ParameterizedTest
    @MethodSource("tests")
    void alertsFireWhenTheyShallAndElseDoNot(String test) throws Exception {
        assertSucceeds(Repository.RULE_TESTS, "test", "rules", test);
    }

    private static void assertSucceeds(Path folder, String... arguments) throws Exception {
        Optional<Tool> promtool = Tool.find("promtool");
        assumeTrue(promtool.isPresent(), Tool.missing("promtool"));
        Tool.Result result = promtool.get().run(folder, List.of(arguments));
        assertThat(result.code()).as(result.output()).isZero();
    }

    @Test
    void eachAlertHasATestInWhichItFiresAndOneInWhichItDoesNot() {
        for (String alert : alerts()) {
            List<JsonNode> expectations = tests().stream()
                    .flatMap(test -> Repository.stream(
                            Repository.yaml(Repository.RULE_TESTS.resolve(test)).get("tests")))
                    .flatMap(test -> Repository.stream(test.get("promql_expr_test")))
                    .filter(expected ->
                            expected.get("expr").asText().contains("\"" + alert + "\",alertstate=\"firing\""))
                    .map(expected -> expected.get("exp_samples"))
                    .toList();
            assertThat(expectations).as("tests of %s", alert).anyMatch(samples -> !samples.isEmpty());
            assertThat(expectations).as("tests of %s", alert).anyMatch(JsonNode::isEmpty);
        }
    }

    @Test
    void eachAlertSaysWhatIsWrongHowBadItIsAndWhereToRead() {
        assertThat(Repository.rules(Repository.ALERTS)).allSatisfy(rule -> {
            String alert = rule.get("alert").asText();
            assertThat(rule.at("/labels/severity").asText()).as(alert).isIn("critical", "warning", "info");
            assertThat(rule.at("/annotations/summary").asText()).as(alert).isNotBlank();
            assertThat(rule.at("/annotations/description").asText()).as(alert).isNotBlank();
            assertThat(rule.at("/annotations/runbook_url").asText())
                    .isEqualTo("docs/runbook.md#" + alert.toLowerCase(Locale.ROOT));
        });
    }

    @Test
    void theRunbookHasASectionForEachAlertAndForNothingElse() {
        List<String> sections = SECTION.matcher(Repository.text(Repository.RUNBOOK))
                .results()
                .map(MatchResult::group)
                .map(heading -> heading.substring(3))
                .toList();
        assertThat(sections).containsExactlyInAnyOrderElementsOf(alerts());
    }

    private static Set<String> alerts() {
        return Repository.rules(Repository.ALERTS).stream()
                .map(rule -> rule.get("alert").asText())
                .collect(Collectors.toSet());
    }
}

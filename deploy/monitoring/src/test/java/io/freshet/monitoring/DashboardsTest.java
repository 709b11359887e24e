package io.freshet.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DashboardsTest {

    private static final int COLUMNS = 24;

    static List<Path> dashboards() {
        return Repository.list(Repository.DASHBOARDS, ".json");
    }

    @Test
    void thereAreFour() {
        assertThat(dashboards().stream()
                        .map(file -> Repository.json(file).get("title").asText()))
                .containsExactly("Freshness", "Ingest", "Serving", "Training");
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void asksTheDataSourceThatTheReaderChooses(Path file) {
        JsonNode dashboard = Repository.json(file);

        assertThat(dashboard.at("/templating/list/0/name").asText()).isEqualTo("datasource");
        assertThat(dashboard.findValues("datasource"))
                .allSatisfy(source -> assertThat(source.get("uid").asText()).isEqualTo("${datasource}"));
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void panelsLieBesideOneAnother(Path file) {
        Set<Integer> ids = new HashSet<>();
        Set<List<Integer>> taken = new HashSet<>();
        for (JsonNode panel : Repository.json(file).get("panels")) {
            String title = panel.get("title").asText();
            assertThat(ids.add(panel.get("id").asInt())).as("id of %s", title).isTrue();
            JsonNode place = panel.get("gridPos");
            int right = place.get("x").asInt() + place.get("w").asInt();
            assertThat(right).as("width of %s", title).isLessThanOrEqualTo(COLUMNS);
            for (int x = place.get("x").asInt(); x < right; x++) {
                for (int y = place.get("y").asInt();
                        y < place.get("y").asInt() + place.get("h").asInt();
                        y++) {
                    assertThat(taken.add(List.of(x, y)))
                            .as("place of %s", title)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void eachPanelHasATitleAUnitAndQueries() {
        assertThat(Panel.all()).isNotEmpty().allSatisfy(panel -> {
            assertThat(panel.title()).isNotBlank();
            assertThat(panel.json().at("/fieldConfig/defaults/unit").asText())
                    .as("unit of %s", panel)
                    .isNotBlank();
            assertThat(panel.queries()).as("queries of %s", panel).isNotEmpty().noneMatch(String::isBlank);
        });
    }
}

package io.freshet.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;

/**
 * A panel of a dashboard that shows something.
 *
 * @param queries in PromQL, with Grafana's variables
 */
record Panel(String dashboard, String title, List<String> queries, JsonNode json) {

    /** Those of all dashboards; rows, which show nothing, are left out. */
    static List<Panel> all() {
        return Repository.list(Repository.DASHBOARDS, ".json").stream()
                .flatMap(file -> of(file.getFileName().toString(), Repository.json(file)))
                .toList();
    }

    private static Stream<Panel> of(String file, JsonNode dashboard) {
        return Repository.stream(dashboard.get("panels"))
                .filter(panel -> !panel.get("type").asText().equals("row"))
                .map(panel -> new Panel(
                        file,
                        panel.get("title").asText(),
                        Repository.stream(panel.get("targets"))
                                .map(target -> target.get("expr").asText())
                                .toList(),
                        panel));
    }

    @Override
    public String toString() {
        return dashboard + ": " + title;
    }
}

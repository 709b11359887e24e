package io.freshet.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** Kubernetes' label selectors. */
final class Labels {

    private Labels() {}

    /** Whether a selector, of {@code matchLabels} and {@code matchExpressions}, selects what has these labels. */
    static boolean selects(JsonNode selector, Map<String, String> labels) {
        return Manifest.texts(selector.path("matchLabels")).entrySet().stream()
                        .allMatch(wanted -> wanted.getValue().equals(labels.get(wanted.getKey())))
                && Manifest.elements(selector.path("matchExpressions")).stream()
                        .allMatch(expression -> holds(expression, labels));
    }

    private static boolean holds(JsonNode expression, Map<String, String> labels) {
        String value = labels.get(expression.path("key").asText());
        boolean isAmong = value != null
                && Manifest.elements(expression.path("values")).stream()
                        .anyMatch(wanted -> wanted.asText().equals(value));
        return switch (expression.path("operator").asText()) {
            case "In" -> isAmong;
            case "NotIn" -> !isAmong;
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> throw new AssertionError("no such operator: " + expression);
        };
    }
}

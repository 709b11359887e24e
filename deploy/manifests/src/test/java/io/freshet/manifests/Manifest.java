package io.freshet.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** An object of Kubernetes' API. */
record Manifest(JsonNode json) {

    String apiVersion() {
        return json.path("apiVersion").asText();
    }

    String kind() {
        return json.path("kind").asText();
    }

    String name() {
        return json.at("/metadata/name").asText();
    }

    Map<String, String> labels() {
        return texts(json.at("/metadata/labels"));
    }

    JsonNode at(String pointer) {
        return json.at(pointer);
    }

    /** The values of an object whose values are texts or numbers. */
    static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new LinkedHashMap<>();
        object.properties()
                .forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
        return texts;
    }

    /** The elements of an array; none where it is missing. */
    static List<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    /** The first element of a name. */
    static JsonNode named(JsonNode array, String name) {
        return elements(array).stream()
                .filter(element -> element.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no '" + name + "' in " + array));
    }

    /** As in {@code Deployment serving}. */
    @Override
    public String toString() {
        return kind() + " " + name();
    }
}

package io.freshet.manifests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** An object of Kubernetes' API. */
record Manifest(JsonNode json) {

    static final YAMLMapper YAML = new YAMLMapper();

    /**
     * What {@code kubectl apply -k} would send; the test that asks is skipped where there is no kubectl to render it with.
     *
     * @param folder of a kustomization
     */
    static List<Manifest> kustomize(Path folder) {
        assumeTrue(Program.KUBECTL.isThere(), "skipped: kubectl, which renders the overlays, is not on this machine");
        return read(Program.KUBECTL.print(List.of("kustomize", folder.toString())));
    }

    /** The objects of a text of several documents. */
    static List<Manifest> read(String yaml) {
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(yaml)) {
            return documents.readAll().stream()
                    .filter(JsonNode::isObject)
                    .map(Manifest::new)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

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

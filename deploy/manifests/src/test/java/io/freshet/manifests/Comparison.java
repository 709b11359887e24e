package io.freshet.manifests;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Compares what Kustomize and Helm would send, object by object and field by field. This much may differ, and nothing else:
 *
 * <ul>
 *   <li>Helm makes no namespace: it is there before the release.
 *   <li>Helm's four labels, on objects and not on the pods that they make.
 *   <li>The annotation by which Helm leaves what holds data.
 *   <li>A changed configuration restarts the pods: with Kustomize by a name for the ConfigMap that ends in its hash, with Helm
 *       by an annotation of the pods. Its text may be laid out differently.
 * </ul>
 */
final class Comparison {

    static final List<String> LABELS = List.of(
            "helm.sh/chart", "app.kubernetes.io/version", "app.kubernetes.io/instance", "app.kubernetes.io/managed-by");
    static final String CHECKSUM = "checksum/config";

    private static final String KEEP = "helm.sh/resource-policy";
    private static final Pattern HASHED = Pattern.compile("^freshet-config-[a-z0-9]{10}$");
    private static final String FILE = "freshet.yaml";

    private Comparison() {}

    /** Where they differ, in words. */
    static List<String> differences(List<Manifest> kustomize, List<Manifest> helm) {
        Map<String, JsonNode> expected = byName(kustomize.stream()
                .filter(manifest -> !manifest.kind().equals("Namespace"))
                .toList());
        Map<String, JsonNode> actual = byName(helm);
        List<String> differences = new ArrayList<>();
        for (String name : union(expected.keySet(), actual.keySet())) {
            if (!actual.containsKey(name)) {
                differences.add(name + " is not in the chart");
            } else if (!expected.containsKey(name)) {
                differences.add(name + " is in the chart only");
            } else {
                compare(expected.get(name), actual.get(name), name + " ", differences);
            }
        }
        return differences;
    }

    private static Map<String, JsonNode> byName(List<Manifest> manifests) {
        return manifests.stream()
                .map(manifest -> plain(manifest.json().deepCopy()))
                .collect(Collectors.toMap(
                        object -> new Manifest(object) + " of "
                                + object.path("apiVersion").asText(),
                        object -> object,
                        (one, other) -> {
                            throw new AssertionError("twice: " + new Manifest(one));
                        },
                        TreeMap::new));
    }

    /** Without what may differ. */
    private static JsonNode plain(JsonNode object) {
        remove(object.path("metadata"), "labels", LABELS);
        remove(object.path("metadata"), "annotations", List.of(KEEP));
        remove(object.at("/spec/template/metadata"), "annotations", List.of(CHECKSUM));
        dropHash(object.path("metadata"));
        object.at("/spec/template/spec/volumes").forEach(volume -> dropHash(volume.path("configMap")));
        if (object.path("data") instanceof ObjectNode data && data.has(FILE)) {
            try {
                data.set(FILE, Manifest.YAML.readTree(data.path(FILE).asText()));
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        }
        return object;
    }

    private static void remove(JsonNode owner, String field, List<String> keys) {
        if (owner.path(field) instanceof ObjectNode map) {
            map.remove(keys);
            if (map.isEmpty()) {
                ((ObjectNode) owner).remove(field);
            }
        }
    }

    private static void dropHash(JsonNode named) {
        if (HASHED.matcher(named.path("name").asText()).matches()) {
            ((ObjectNode) named).put("name", "freshet-config");
        }
    }

    /** A null is as good as nothing: kubectl prints creation times that are not there. */
    private static void compare(JsonNode expected, JsonNode actual, String path, List<String> differences) {
        if (expected.isObject() && actual.isObject()) {
            for (String field : union(names(expected), names(actual))) {
                compare(expected.path(field), actual.path(field), path + "/" + field, differences);
            }
        } else if (expected.isArray() && actual.isArray() && expected.size() == actual.size()) {
            for (int i = 0; i < expected.size(); i++) {
                compare(expected.path(i), actual.path(i), path + "/" + i, differences);
            }
        } else if (!isEqual(expected, actual)) {
            differences.add(path + " is " + said(expected) + ", and in the chart " + said(actual));
        }
    }

    private static boolean isEqual(JsonNode expected, JsonNode actual) {
        boolean none = expected.isMissingNode() || expected.isNull();
        boolean noneInChart = actual.isMissingNode() || actual.isNull();
        return (none || noneInChart) ? none == noneInChart : expected.equals(actual);
    }

    private static String said(JsonNode value) {
        return value.isMissingNode() ? "not there" : value.toString();
    }

    private static List<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    private static List<String> union(Iterable<String> some, Iterable<String> others) {
        TreeSet<String> all = new TreeSet<>();
        some.forEach(all::add);
        others.forEach(all::add);
        return List.copyOf(all);
    }
}

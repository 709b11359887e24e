package io.freshet.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A Deployment or StatefulSet; each of Freshet's has one container. */
record Workload(Manifest manifest) {

    /** Where a container sees a volume. */
    record Mount(Path path, String volume, boolean writable) {}

    static List<Workload> among(List<Manifest> manifests) {
        return manifests.stream()
                .filter(manifest ->
                        manifest.at("/spec/template/spec/containers").isArray())
                .map(Workload::new)
                .toList();
    }

    JsonNode pod() {
        return manifest.at("/spec/template/spec");
    }

    Map<String, String> podLabels() {
        return Manifest.texts(manifest.at("/spec/template/metadata/labels"));
    }

    JsonNode container() {
        if (pod().path("containers").size() != 1) {
            throw new AssertionError(manifest + " has not one container");
        }
        return pod().at("/containers/0");
    }

    List<String> args() {
        return Manifest.elements(container().path("args")).stream()
                .map(JsonNode::asText)
                .toList();
    }

    /** Whether it runs one of Freshet's services. */
    boolean runsService() {
        return !args().isEmpty();
    }

    /** The container's variables as it would have them; what comes out of a Secret has its name for a value. */
    Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        for (JsonNode variable : container().path("env")) {
            String value = variable.has("value")
                    ? variable.path("value").asText()
                    : variable.at("/valueFrom/secretKeyRef/name").asText();
            environment.put(variable.path("name").asText(), value);
        }
        return environment;
    }

    List<Mount> mounts() {
        return Manifest.elements(container().path("volumeMounts")).stream()
                .map(mount -> new Mount(
                        Path.of(mount.path("mountPath").asText()),
                        mount.path("name").asText(),
                        !mount.path("readOnly").asBoolean()))
                .toList();
    }

    /** The mount in which a file or folder lies. */
    Optional<Mount> mountOf(Path path) {
        return mounts().stream().filter(mount -> path.startsWith(mount.path())).findFirst();
    }

    /** The names of its volumes, its claims' templates among them. */
    List<String> volumes() {
        return Stream.concat(
                        Manifest.elements(pod().path("volumes")).stream().map(volume -> volume.path("name")),
                        Manifest.elements(manifest.at("/spec/volumeClaimTemplates")).stream()
                                .map(claim -> claim.at("/metadata/name")))
                .map(JsonNode::asText)
                .toList();
    }

    JsonNode volume(String name) {
        return Manifest.named(pod().path("volumes"), name);
    }

    /** The number of a port of the container, by its name or number. */
    Optional<Integer> port(JsonNode nameOrNumber) {
        return Manifest.elements(container().path("ports")).stream()
                .filter(port -> port.path("name").equals(nameOrNumber)
                        || port.path("containerPort").equals(nameOrNumber))
                .map(port -> port.path("containerPort").asInt())
                .findFirst();
    }

    @Override
    public String toString() {
        return manifest.toString();
    }
}

package io.freshet.manifests;

import io.freshet.standalone.config.ConfigLoader;
import io.freshet.standalone.config.FreshetConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The configuration that a container would have. */
final class Configurations {

    private Configurations() {}

    /** As the program itself would load it; so it throws where a key is unknown or a value wrong. */
    static FreshetConfig of(Overlay overlay, Workload workload) {
        return of(overlay, workload, Map.of());
    }

    /** @param arguments what the command line would set besides */
    static FreshetConfig of(Overlay overlay, Workload workload, Map<String, String> arguments) {
        return of(overlay.manifests(), workload, arguments);
    }

    /** @param manifests among which the configuration's ConfigMap is */
    static FreshetConfig of(List<Manifest> manifests, Workload workload, Map<String, String> arguments) {
        String name = workload.volume("config").at("/configMap/name").asText();
        Manifest config = manifests.stream()
                .filter(manifest ->
                        manifest.kind().equals("ConfigMap") && manifest.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no ConfigMap " + name));
        return load(config.at("/data/freshet.yaml").asText(), workload.environment(), arguments);
    }

    static FreshetConfig load(String yaml, Map<String, String> environment, Map<String, String> arguments) {
        try {
            Path file = Files.createTempFile("freshet", ".yaml");
            try {
                Files.writeString(file, yaml);
                return new ConfigLoader().load(Optional.of(file), environment, arguments);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

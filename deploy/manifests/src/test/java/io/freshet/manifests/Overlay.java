package io.freshet.manifests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What {@code kubectl apply -k} would send. */
enum Overlay {
    DEV,
    PRODUCTION,
    GPU,

    /** Production, with the component for traces. */
    TRACED;

    static final YAMLMapper YAML = new YAMLMapper();

    private static final Map<Overlay, List<Manifest>> RENDERED = new ConcurrentHashMap<>();

    /** All objects; the test that asks is skipped where there is no kubectl to render them with. */
    List<Manifest> manifests() {
        assumeTrue(Kubectl.IS_THERE, "skipped: kubectl, which renders the overlays, is not on this machine");
        return RENDERED.computeIfAbsent(this, Overlay::render);
    }

    List<Manifest> manifests(String kind) {
        return manifests().stream()
                .filter(manifest -> manifest.kind().equals(kind))
                .toList();
    }

    Manifest manifest(String kind, String name) {
        return manifests(kind).stream()
                .filter(manifest -> manifest.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the overlay " + this + " has no " + kind + " " + name));
    }

    /** What runs pods. */
    List<Workload> workloads() {
        return manifests().stream()
                .filter(manifest ->
                        manifest.at("/spec/template/spec/containers").isArray())
                .map(Workload::new)
                .toList();
    }

    Workload workload(String name) {
        return workloads().stream()
                .filter(workload -> workload.manifest().name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the overlay " + this + " has no workload " + name));
    }

    private List<Manifest> render() {
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(Kubectl.kustomize(folder()))) {
            return documents.readAll().stream().map(Manifest::new).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path folder() {
        return this == TRACED ? Repository.TRACED : Repository.KUBERNETES.resolve("overlays/" + this);
    }

    /** Its folder's name. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The program. */
    private static final class Kubectl {

        static final boolean IS_THERE = isThere();

        private static boolean isThere() {
            try {
                Process version = new ProcessBuilder("kubectl", "version", "--client")
                        .redirectErrorStream(true)
                        .start();
                version.getInputStream().readAllBytes();
                return version.waitFor() == 0;
            } catch (IOException e) {
                return false;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        static String kustomize(Path overlay) throws IOException {
            Process kustomize = new ProcessBuilder("kubectl", "kustomize", overlay.toString())
                    .redirectErrorStream(true)
                    .start();
            String printed = new String(kustomize.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            try {
                if (kustomize.waitFor() != 0) {
                    throw new AssertionError(overlay + " cannot be rendered: " + printed);
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return printed;
        }
    }
}

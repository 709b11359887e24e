package io.freshet.manifests;

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
    TRACED,

    /** Production, with labellers. */
    LABELLED;

    private static final Map<Overlay, List<Manifest>> RENDERED = new ConcurrentHashMap<>();

    /** All objects; the test that asks is skipped where there is no kubectl to render them with. */
    List<Manifest> manifests() {
        return RENDERED.computeIfAbsent(this, overlay -> Manifest.kustomize(overlay.folder()));
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
        return Workload.among(manifests());
    }

    Workload workload(String name) {
        return workloads().stream()
                .filter(workload -> workload.manifest().name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the overlay " + this + " has no workload " + name));
    }

    private Path folder() {
        return switch (this) {
            case TRACED, LABELLED -> Repository.TEST_OVERLAYS.resolve(toString());
            case DEV, PRODUCTION, GPU -> Repository.KUBERNETES.resolve("overlays/" + this);
        };
    }

    /** Its folder's name. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

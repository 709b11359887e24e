package io.freshet.standalone.erasure;

import io.freshet.protocol.Erasure;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.FileTree;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.bundle.ModelStore;
import io.freshet.protocol.bundle.WarmupRequest;
import io.freshet.protocol.bundle.WarmupRequests;
import io.freshet.protocol.image.PixelImage;
import io.freshet.standalone.lineage.Family;
import io.freshet.standalone.lineage.KnownImage;
import io.freshet.standalone.lineage.Learner;
import io.freshet.trainer.stream.Erasures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which versions may hold something of images that shall be forgotten.
 *
 * @param byImage the versions that may have learned from each, or descend from one that may have
 * @param learners one for each version that may hold something of any, lowest first
 * @param lastWithout of each model that has such versions the latest that is none
 */
public record Traces(Map<ImageId, List<ModelVersion>> byImage, List<Learner> learners, List<ModelVersion> lastWithout) {

    public Traces {
        byImage = Map.copyOf(byImage);
        learners = List.copyOf(learners);
        lastWithout = List.copyOf(lastWithout);
    }

    /** @param known what was erased before: a round that knew of it has left it out */
    public static Traces of(Collection<Family> families, Remains remains, Erasures known) {
        Map<ImageId, List<KnownImage>> images =
                remains.images().stream().collect(Collectors.groupingBy(KnownImage::id));
        Map<ImageId, Set<ModelVersion>> byImage = new HashMap<>();
        Map<ModelVersion, Learner> learners = new TreeMap<>();
        for (Family family : families) {
            images.forEach((id, records) -> {
                OptionalLong erasedAt = known.find(new Erasure.Image(id)).stream()
                        .mapToLong(Erasures.Known::offset)
                        .findFirst();
                family.learners(records, remains.labels(id), erasedAt).stream()
                        .filter(Learner::holdsTraces)
                        .forEach(learner -> {
                            byImage.computeIfAbsent(id, none -> new TreeSet<>()).add(learner.model());
                            learners.merge(learner.model(), learner, Traces::more);
                        });
            });
        }
        Map<ImageId, List<ModelVersion>> sorted = byImage.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> List.copyOf(entry.getValue())));
        return new Traces(sorted, List.copyOf(learners.values()), lastWithout(families, learners.keySet()));
    }

    /** Of what a version did to two images, that which says more. */
    private static Learner more(Learner a, Learner b) {
        return a.use().isEmpty()
                        || b.use()
                                .filter(use -> use.compareTo(a.use().get()) > 0)
                                .isPresent()
                ? b
                : a;
    }

    private static List<ModelVersion> lastWithout(Collection<Family> families, Set<ModelVersion> with) {
        List<ModelVersion> last = new ArrayList<>();
        for (Family family : families) {
            List<ModelVersion> versions = family.versions().stream()
                    .map(ModelDescriptor::modelVersion)
                    .toList();
            if (versions.stream().anyMatch(with::contains)) {
                versions.stream()
                        .filter(version -> !with.contains(version))
                        .reduce((earlier, later) -> later)
                        .ifPresent(last::add);
            }
        }
        return last;
    }

    /** The versions that may hold something of any. */
    public List<ModelVersion> models() {
        return learners.stream().map(Learner::model).toList();
    }

    /** The versions that may hold something of one. */
    public List<ModelVersion> models(ImageId id) {
        return byImage.getOrDefault(id, List.of());
    }

    /**
     * The versions in whose bundles one of these images lies, among the warm-up requests. They are taken from the labeled
     * set alone; one that was resized for the model is not known again.
     *
     * @throws IOException if a bundle cannot be read
     */
    public static List<ModelVersion> carriers(ModelStore store, Set<ImageId> images) throws IOException {
        List<ModelVersion> carriers = new ArrayList<>();
        for (String model : images.isEmpty() ? List.<String>of() : store.models()) {
            for (ModelVersion version : store.versions(model)) {
                if (carries(store, version, images)) {
                    carriers.add(version);
                }
            }
        }
        return carriers;
    }

    private static boolean carries(ModelStore store, ModelVersion version, Set<ImageId> images) throws IOException {
        ImageShape shape = store.describe(version).orElseThrow().input();
        Path copy = Files.createTempDirectory("freshet-erase").resolve("bundle");
        try {
            store.fetch(store.locate(version), copy);
            return WarmupRequests.read(copy).stream()
                    .map(WarmupRequest::image)
                    .filter(pixels -> pixels.length == shape.size())
                    .anyMatch(pixels -> images.contains(id(pixels, shape)));
        } finally {
            FileTree.delete(copy.resolveSibling(""));
        }
    }

    private static ImageId id(byte[] pixels, ImageShape shape) {
        return (shape.channels() == 1
                        ? PixelImage.ofGray(shape.width(), shape.height(), pixels)
                        : new PixelImage(shape.width(), shape.height(), pixels))
                .id();
    }
}

package io.freshet.trainer.analysis;

import io.freshet.protocol.ImageId;
import io.freshet.protocol.image.Fingerprint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which images are copies of one another: of the same pixels, or encoded again, resized or cropped a little. The image's
 * {@link Fingerprint} finds them, and the model's embedding can confirm: the fingerprint alone takes small gray shapes on
 * black for one another.
 */
final class DuplicateGroups {

    /** Of the group of an image that has no copy. */
    static final int NONE = -1;

    private final List<ImageId> ids;
    private final List<Fingerprint.Located> fingerprints;
    private final Embeddings embeddings;
    private final float minSimilarity;
    private final int[] parents;

    private DuplicateGroups(
            List<ImageId> ids, List<Fingerprint.Located> fingerprints, Embeddings embeddings, float minSimilarity) {
        this.ids = ids;
        this.fingerprints = fingerprints;
        this.embeddings = embeddings;
        this.minSimilarity = minSimilarity;
        this.parents = new int[fingerprints.size()];
        Arrays.setAll(parents, i -> i);
    }

    /**
     * The group of each image, from 0, or {@link #NONE}.
     *
     * @param ids of the images as they came; of those that are equal, the images are copies
     * @param fingerprints one for each id, and so the embeddings
     * @param minSimilarity the least cosine of two copies
     */
    static int[] find(
            List<ImageId> ids, List<Fingerprint.Located> fingerprints, Embeddings embeddings, float minSimilarity) {
        DuplicateGroups groups = new DuplicateGroups(ids, fingerprints, embeddings, minSimilarity);
        groups.joinAll();
        return groups.numbers();
    }

    private void joinAll() {
        Map<Integer, List<Integer>> cells = new HashMap<>();
        for (int i = 0; i < parents.length; i++) {
            for (int cell : fingerprints.get(i).cells()) {
                List<Integer> there = cells.computeIfAbsent(cell, c -> new ArrayList<>());
                for (int before : there) {
                    if (root(before) != root(i) && areCopies(before, i)) {
                        parents[root(i)] = root(before);
                    }
                }
                there.add(i);
            }
        }
    }

    private boolean areCopies(int a, int b) {
        if (ids.get(a).equals(ids.get(b))) {
            return true;
        }
        Fingerprint one = fingerprints.get(a).fingerprint();
        Fingerprint other = fingerprints.get(b).fingerprint();
        return one.distance(other) <= Fingerprint.MAX_DISTANCE
                && embeddings.similarity(a, b) >= minSimilarity
                && one.looksLike(other);
    }

    private int root(int image) {
        int root = image;
        while (parents[root] != root) {
            parents[root] = parents[parents[root]];
            root = parents[root];
        }
        return root;
    }

    private int[] numbers() {
        int[] sizes = new int[parents.length];
        for (int i = 0; i < parents.length; i++) {
            sizes[root(i)]++;
        }
        int[] numbers = new int[parents.length];
        Map<Integer, Integer> ofRoots = new HashMap<>();
        for (int i = 0; i < parents.length; i++) {
            int root = root(i);
            numbers[i] = sizes[root] == 1 ? NONE : ofRoots.computeIfAbsent(root, r -> ofRoots.size());
        }
        return numbers;
    }
}

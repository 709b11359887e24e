package io.freshet.standalone.demo;

import io.freshet.protocol.EncodedImage;
import io.freshet.standalone.dataset.Dataset;
import io.freshet.standalone.dataset.Dataset.Example;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What the demo's camera sees, in order: each scene once, as long as there are any. The requests' ids say which one a
 * photograph is of, so that the people of the demo can say what it shows. Thread safe.
 */
final class Scenes {

    private static final String REQUEST = "demo-";

    private final Dataset dataset;
    private final List<Example> stream;
    private final long seed;
    private volatile int degradedFrom = Integer.MAX_VALUE;

    Scenes(Dataset dataset, List<Example> stream, long seed) {
        this.dataset = dataset;
        this.stream = List.copyOf(stream);
        this.seed = seed;
    }

    int size() {
        return stream.size();
    }

    /** From this photograph on, the camera is worn. */
    void degradeFrom(int index) {
        degradedFrom = index;
    }

    boolean isDegraded(int index) {
        return index >= degradedFrom;
    }

    /** The photograph of that number; beyond the last scene they are seen again, with noise of their own. */
    EncodedImage photograph(int index) {
        Example scene = stream.get(index % stream.size());
        return isDegraded(index)
                ? WornCamera.DEMO
                        .photograph(scene.image(), new SplittableRandom(seed * 1_000_003 + index))
                        .toPng()
                : scene.image().toPng();
    }

    static String requestId(int index) {
        return REQUEST + index;
    }

    /** @throws IllegalArgumentException if the id is not one of {@link #requestId} */
    static int index(String requestId) {
        if (!requestId.startsWith(REQUEST)) {
            throw new IllegalArgumentException("Not a request of the demo: " + requestId);
        }
        return Integer.parseInt(requestId.substring(REQUEST.length()));
    }

    /** The name of the class that a photograph shows. */
    String truth(int index) {
        return dataset.classes().get(stream.get(index % stream.size()).label());
    }
}

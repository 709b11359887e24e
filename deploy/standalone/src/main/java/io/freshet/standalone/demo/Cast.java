package io.freshet.standalone.demo;

import io.freshet.standalone.dataset.Dataset;
import io.freshet.standalone.dataset.Dataset.Example;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The parts that a data set's images play: few are labeled to learn from, some are the anchor, and the rest is what the
 * camera will see. No image plays two parts.
 */
record Cast(List<Example> labeled, List<Example> anchor, List<Example> stream) {

    private static final int MOST_LABELED = 1_000;
    private static final int MOST_ANCHOR = 4_000;

    /** One image in twenty is labeled, and four times as many are the anchor, up to 1,000 and 4,000. */
    static Cast of(Dataset dataset, long seed) {
        List<Example> shuffled = new ArrayList<>(dataset.examples());
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = shuffled.size() - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            Example swapped = shuffled.get(i);
            shuffled.set(i, shuffled.get(j));
            shuffled.set(j, swapped);
        }
        int labeled = Math.min(MOST_LABELED, shuffled.size() / 20);
        int anchor = Math.min(MOST_ANCHOR, shuffled.size() / 5);
        return new Cast(
                shuffled.subList(0, labeled),
                shuffled.subList(labeled, labeled + anchor),
                shuffled.subList(labeled + anchor, shuffled.size()));
    }
}

package io.freshet.ingest.drift;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.statistics.inference.ChiSquareTest;

/**
 * How far the shares of the predicted classes have moved.
 *
 * @param psi the population stability index, the sum over classes of {@code (w - r) ln(w / r)}: banks have long taken more
 *     than .25 for a change
 * @param pValue of Pearson's chi-squared test of homogeneity, times the number of statistics of the comparison, at most 1
 *     (Bonferroni)
 */
record ClassShares(double psi, double pValue) {

    /** Classes that are seen less often, in both together, are one: the test is of no use for fewer. */
    private static final int FEWEST = 10;

    /** Is added to each count for the index, which is without bound where a class is not seen at all. */
    private static final double SMOOTHING = .5;

    /** How often a class was seen. */
    private record Pair(long reference, long window) {

        Pair plus(Pair other) {
            return new Pair(reference + other.reference, window + other.window);
        }

        long sum() {
            return reference + window;
        }
    }

    /**
     * Compares the classes of two sets of predictions, by how often each was seen.
     *
     * @param statistics of the comparison as a whole
     * @return absent if either is empty, or both are of one class alone
     */
    static Optional<ClassShares> compare(Map<String, Long> reference, Map<String, Long> window, int statistics) {
        List<Pair> pairs = pairs(reference, window);
        if (reference.isEmpty() || window.isEmpty() || pairs.size() < 2) {
            return Optional.empty();
        }
        long[][] counts = pairs.stream()
                .map(pair -> new long[] {pair.reference, pair.window})
                .toArray(long[][]::new);
        double p = ChiSquareTest.withDefaults().test(counts).getPValue();
        return Optional.of(new ClassShares(psi(pairs), Math.min(1, p * statistics)));
    }

    private static List<Pair> pairs(Map<String, Long> reference, Map<String, Long> window) {
        Map<String, Pair> byClass = new HashMap<>();
        reference.forEach((name, count) -> byClass.merge(name, new Pair(count, 0), Pair::plus));
        window.forEach((name, count) -> byClass.merge(name, new Pair(0, count), Pair::plus));
        List<Pair> pairs = new ArrayList<>();
        Pair rare = new Pair(0, 0);
        for (Pair pair : byClass.values()) {
            if (pair.sum() < FEWEST) {
                rare = rare.plus(pair);
            } else {
                pairs.add(pair);
            }
        }
        if (rare.sum() >= FEWEST) {
            pairs.add(rare);
        }
        return pairs;
    }

    private static double psi(List<Pair> pairs) {
        double references =
                pairs.stream().mapToDouble(pair -> pair.reference + SMOOTHING).sum();
        double windows =
                pairs.stream().mapToDouble(pair -> pair.window + SMOOTHING).sum();
        return pairs.stream()
                .mapToDouble(pair -> {
                    double before = (pair.reference + SMOOTHING) / references;
                    double now = (pair.window + SMOOTHING) / windows;
                    return (now - before) * Math.log(now / before);
                })
                .sum();
    }

    /** As in {@code PSI=0.31, p=2e-12}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "PSI=%.2f, ", psi) + Comparison.describe(pValue);
    }
}

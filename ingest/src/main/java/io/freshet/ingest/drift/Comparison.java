package io.freshet.ingest.drift;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How far the observations of a window lie from those of the reference.
 *
 * @param watched what the observations are of
 * @param classes absent if there is nothing to compare
 * @param embedding a statistic for each dimension of the sketch, none without one
 * @param level of the test as a whole
 */
record Comparison(
        Watched watched, Statistic confidence, Optional<ClassShares> classes, List<Statistic> embedding, double level) {

    private static final double SMALLEST_P = 1e-99;

    /**
     * @param distance of Kolmogorov and Smirnov: the largest between the two empirical distribution functions, 0 to 1
     * @param pValue times the number of statistics of the comparison, at most 1 (Bonferroni)
     */
    record Statistic(double distance, double pValue) {

        /** As in {@code D=0.31, p=2e-12}. */
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "D=%.2f, ", distance) + Comparison.describe(pValue);
        }
    }

    Comparison {
        embedding = List.copyOf(embedding);
    }

    /** One of predictions. */
    Comparison(Statistic confidence, Optional<ClassShares> classes, List<Statistic> embedding, double level) {
        this(Watched.PREDICTIONS, confidence, classes, embedding, level);
    }

    /** Whether any statistic has moved: on unchanged traffic, as rarely as the level says. */
    boolean isDrifting() {
        return statistics().anyMatch(this::hasMoved)
                || classes.filter(this::hasMoved).isPresent();
    }

    /** Of the statistic that moved the furthest. */
    double largestDistance() {
        return statistics().mapToDouble(Statistic::distance).max().orElse(0);
    }

    /**
     * As in {@code confidence: D=0.31, p=2e-12; classes: PSI=0.40, p=1e-9; 9 of 16 embedding statistics moved, the furthest
     * D=0.40, p=1e-19}.
     */
    String describe() {
        String ofConfidence = watched.number() + (hasMoved(confidence) ? ": " + confidence : " steady");
        String ofClasses = classes.map(
                        shares -> "; " + watched.classes() + (hasMoved(shares) ? ": " + shares : " steady"))
                .orElse("");
        return ofConfidence + ofClasses + describeEmbedding();
    }

    private String describeEmbedding() {
        if (embedding.isEmpty()) {
            return "";
        }
        long moved = embedding.stream().filter(this::hasMoved).count();
        String furthest = embedding.stream()
                .filter(this::hasMoved)
                .max(Comparator.comparingDouble(Statistic::distance))
                .map(statistic -> ", the furthest " + statistic)
                .orElse("");
        return "; " + moved + " of " + embedding.size() + " " + watched.sketch() + " statistics moved" + furthest;
    }

    /** As in {@code p=2e-12}. */
    static String describe(double pValue) {
        return pValue < SMALLEST_P ? "p<1e-99" : String.format(Locale.ROOT, "p=%.0e", pValue);
    }

    private boolean hasMoved(ClassShares shares) {
        return shares.pValue() < level;
    }

    private boolean hasMoved(Statistic statistic) {
        return statistic.pValue() < level;
    }

    private Stream<Statistic> statistics() {
        return Stream.concat(Stream.of(confidence), embedding.stream());
    }
}

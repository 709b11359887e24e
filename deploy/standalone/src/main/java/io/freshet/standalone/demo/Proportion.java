package io.freshet.standalone.demo;

import java.util.Locale;

/** So many of so many, with Wilson's 95% interval (Wilson, 1927). */
record Proportion(int hits, int of) {

    private static final double Z = 1.959964;

    double share() {
        return (double) hits / of;
    }

    double low() {
        return middle() - halfWidth();
    }

    double high() {
        return middle() + halfWidth();
    }

    private double middle() {
        return (share() + Z * Z / (2 * of)) / (1 + Z * Z / of);
    }

    private double halfWidth() {
        return Z / (1 + Z * Z / of) * Math.sqrt(share() * (1 - share()) / of + Z * Z / (4.0 * of * of));
    }

    /** As in {@code 14.2% (12.1 to 16.6, n = 1000)}. */
    @Override
    public String toString() {
        return of == 0
                ? "no images"
                : String.format(
                        Locale.ROOT, "%.1f%% (%.1f to %.1f, n = %d)", 100 * share(), 100 * low(), 100 * high(), of);
    }
}

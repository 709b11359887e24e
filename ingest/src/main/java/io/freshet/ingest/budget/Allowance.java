package io.freshet.ingest.budget;

/**
 * What somebody may still have: it grows with time up to a bound, and each image that comes through takes one. The less
 * there is, the smaller the chance of the next image, so that under steady pressure the chance settles where as many come
 * through as may, and never falls to nothing at once. Immutable.
 *
 * @param images that may still come; a little less than 0 at worst
 * @param atMillis when that was so
 * @param rate of images that want to come, a second, mostly of the last minute
 */
record Allowance(double images, long atMillis, double rate) {

    /** Below this share of the bound, chances fall. */
    private static final double PLENTY = .5;

    private static final double RATE_MEMORY_SECONDS = 60;

    /** How an allowance grows. */
    record Terms(double perSecond, double burstSeconds) {

        double bound() {
            return perSecond * burstSeconds;
        }

        Terms share(double share) {
            return new Terms(perSecond * share, burstSeconds);
        }
    }

    /** A full one. */
    static Allowance begin(Terms terms, long nowMillis) {
        return new Allowance(terms.bound(), nowMillis, 0);
    }

    /** At a later time, when a further image wants to come. */
    Allowance asked(Terms terms, long nowMillis) {
        double seconds = Math.max(0, nowMillis - atMillis) / 1_000.0;
        return new Allowance(
                Math.min(terms.bound(), images + seconds * terms.perSecond()),
                Math.max(atMillis, nowMillis),
                rate * Math.exp(-seconds / RATE_MEMORY_SECONDS) + 1 / RATE_MEMORY_SECONDS);
    }

    /** The chance of the next image, 0 to 1. */
    double chance(Terms terms) {
        return Math.clamp(images / (PLENTY * terms.bound()), 0, 1);
    }

    Allowance taken() {
        return new Allowance(images - 1, atMillis, rate);
    }

    /** Whether nothing would be lost by forgetting it. */
    boolean isFull(Terms terms, long nowMillis) {
        return images + (nowMillis - atMillis) / 1_000.0 * terms.perSecond() >= terms.bound();
    }
}

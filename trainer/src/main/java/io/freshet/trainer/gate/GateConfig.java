package io.freshet.trainer.gate;

/**
 * What a student must show.
 *
 * @param level at which it must be better on the audit sample, in (0, 1)
 * @param minAuditImages labeled images that the audit sample must have
 * @param anchorBound by how much its error on the anchor may lie above the lowest of all models before it, in points of
 *     1: .02 is two percentage points. It is held to the lowest and not to the last, so that many small steps do not
 *     add up to a large one
 * @param recallBound by how much its recall of any class of the anchor may lie below that of the model in service
 */
public record GateConfig(double level, int minAuditImages, double anchorBound, double recallBound) {

    public GateConfig {
        if (!(level > 0 && level < 1)) {
            throw new IllegalArgumentException("The gate's level must lie in (0, 1), not at " + level);
        }
        if (minAuditImages < 1) {
            throw new IllegalArgumentException("The gate needs at least one audit image, not " + minAuditImages);
        }
        if (!(anchorBound >= 0 && anchorBound <= 1) || !(recallBound >= 0 && recallBound <= 1)) {
            throw new IllegalArgumentException("The gate's bounds must lie in [0, 1]");
        }
    }

    public static GateConfig defaults() {
        return new GateConfig(.05, 100, .02, .15);
    }
}

package io.freshet.trainer.gate;

import java.util.Optional;

/**
 * What a student must show.
 *
 * @param level at which it must be better on the audit sample, in (0, 1)
 * @param minAuditImages labeled images that the audit sample must have
 * @param anchorBound by how much its error on the anchor may lie above the lowest of all models before it, in points of
 *     1: .02 is two percentage points. It is held to the lowest and not to the last, so that many small steps do not
 *     add up to a large one
 * @param recallBound by how much its recall of any class of the anchor may lie below that of the model in service
 * @param recallFloor below which its recall of no class of the anchor may lie, wherever the model in service stands; empty
 *     for no floor. It holds for the first model too
 * @param calibrationBound by how much its expected calibration error on the audit sample may lie above that of the model in
 *     service; empty for no bound. That error is itself unsure by some points on an audit sample of a hundred images
 * @param latencyBound how many times as long as the model in service it may take for a single image, by the median; empty
 *     for no bound. It is measured only where the student's network is another one
 * @param distillationBound by how much the error on the audit sample of a student that answers faster than the model in
 *     service may lie above that model's, as far as can be told at {@code level}; empty where it must be better, as any other
 */
public record GateConfig(
        double level,
        int minAuditImages,
        double anchorBound,
        double recallBound,
        Optional<Double> recallFloor,
        Optional<Double> calibrationBound,
        Optional<Double> latencyBound,
        Optional<Double> distillationBound) {

    private static final Optional<Double> CALIBRATION = Optional.of(.1);
    private static final Optional<Double> LATENCY = Optional.of(5.0);

    public GateConfig {
        if (!(level > 0 && level < 1)) {
            throw new IllegalArgumentException("The gate's level must lie in (0, 1), not at " + level);
        }
        if (minAuditImages < 1) {
            throw new IllegalArgumentException("The gate needs at least one audit image, not " + minAuditImages);
        }
        if (!isShare(anchorBound)
                || !isShare(recallBound)
                || !recallFloor.map(GateConfig::isShare).orElse(true)
                || !calibrationBound.map(GateConfig::isShare).orElse(true)
                || !distillationBound.map(GateConfig::isShare).orElse(true)) {
            throw new IllegalArgumentException("The gate's bounds must lie in [0, 1]");
        }
        if (!latencyBound.map(times -> times > 0).orElse(true)) {
            throw new IllegalArgumentException(
                    "The gate's latency bound is a number of times, above 0, and not " + latencyBound.get());
        }
    }

    /** The same with the defaults' bounds on calibration and latency, no floor, and no other measure for fast students. */
    public GateConfig(double level, int minAuditImages, double anchorBound, double recallBound) {
        this(level, minAuditImages, anchorBound, recallBound, Optional.empty(), CALIBRATION, LATENCY, Optional.empty());
    }

    private static boolean isShare(double bound) {
        return bound >= 0 && bound <= 1;
    }

    public static GateConfig defaults() {
        return new GateConfig(.05, 100, .02, .15);
    }
}

package io.freshet.serving.rollout;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Decides from what was measured in a stage. Pure. */
final class RolloutPolicy {

    /** Fewer failures may be chance. */
    static final int FEW_FAILURES = 3;

    /** Images before times are compared: a median needs few. */
    private static final int IMAGES_FOR_TIME = 20;

    /** Compared images before a want of agreement is no chance; a stage that asks for fewer has those. */
    private static final int IMAGES_FOR_AGREEMENT = 20;

    private RolloutPolicy() {}

    static Verdict decide(Measured measured, RolloutConfig config) {
        StageConfig stage = config.of(measured.stage());
        boolean timedOut = measured.elapsed().compareTo(stage.timeout()) >= 0;
        boolean enough = measured.candidate().images() >= stage.images();
        RolloutCriteria criteria = config.criteria();
        Optional<String> fault = failures(measured, criteria, timedOut)
                .or(() -> slowness(measured, criteria))
                .or(() -> enough || timedOut ? answers(measured, stage, criteria) : Optional.empty());
        if (fault.isPresent()) {
            return new Verdict.Withdraw(fault.get());
        }
        boolean longEnough = measured.elapsed().compareTo(stage.time()) >= 0;
        return timedOut || (enough && longEnough) ? new Verdict.Advance() : new Verdict.Wait();
    }

    private static Optional<String> failures(Measured measured, RolloutCriteria criteria, boolean timedOut) {
        Measured.Side candidate = measured.candidate();
        boolean countable = candidate.failures() >= FEW_FAILURES || (timedOut && candidate.failures() > 0);
        return countable && candidate.failureShare() > criteria.maxFailures()
                ? Optional.of(candidate.failures() + " of " + (candidate.failures() + candidate.requests())
                        + " requests failed")
                : Optional.empty();
    }

    private static Optional<String> slowness(Measured measured, RolloutCriteria criteria) {
        if (measured.candidate().images() < IMAGES_FOR_TIME
                || measured.inService().images() < IMAGES_FOR_TIME) {
            return Optional.empty();
        }
        Duration own = measured.candidate().medianTime();
        Duration other = measured.inService().medianTime();
        long most = (long) (other.toNanos() * criteria.maxSlowdown())
                + criteria.slowdownFloor().toNanos();
        return own.toNanos() > most
                ? Optional.of(
                        "its answers take " + millis(own) + ", and those of the version in service " + millis(other))
                : Optional.empty();
    }

    private static Optional<String> answers(Measured measured, StageConfig stage, RolloutCriteria criteria) {
        Measured.Side own = measured.candidate();
        Measured.Side other = measured.inService();
        if (own.topClassShare() > criteria.maxTopClass() && other.topClassShare() <= criteria.maxTopClass()) {
            return Optional.of("it gives " + percent(own.topClassShare()) + " of the images one class, and the version"
                    + " in service " + percent(other.topClassShare()));
        }
        if (own.unsureShare() > other.unsureShare() + criteria.maxUnsureGrowth()) {
            return Optional.of("it is unsure of " + percent(own.unsureShare()) + " of the images, and the version in"
                    + " service of " + percent(other.unsureShare()));
        }
        if (measured.compared() >= Math.min(IMAGES_FOR_AGREEMENT, stage.images())
                && measured.agreement() < criteria.minAgreement()) {
            return Optional.of("it agrees with the version in service on " + percent(measured.agreement()) + " of "
                    + measured.compared() + " images");
        }
        return Optional.empty();
    }

    private static String millis(Duration time) {
        return String.format(Locale.ROOT, "%.1f ms", time.toNanos() / 1e6);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f%%", 100 * share);
    }
}

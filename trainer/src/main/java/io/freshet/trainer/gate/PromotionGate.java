package io.freshet.trainer.gate;

import io.freshet.trainer.evaluation.McNemarTest;
import io.freshet.trainer.evaluation.PairedDifference;
import io.freshet.trainer.evaluation.Verdicts;
import io.freshet.trainer.gate.Evidence.Champion;
import io.freshet.trainer.gate.Evidence.Latencies;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Lets a student into service if it is better than the model in service on the audit sample, by an exact McNemar test
 * at the stated level, not worse than the stated bounds on the anchor and on each class of it, and neither much worse
 * calibrated nor much slower. Where distillation is configured, a faster student must only be shown to be hardly worse. The first model, with nothing to compare it with, must only be better than always guessing the
 * most frequent class, and find enough of each class. Pure.
 */
public final class PromotionGate {

    private final GateConfig config;
    private final List<String> classes;

    /** @param classes names, for the reasons */
    public PromotionGate(GateConfig config, List<String> classes) {
        this.config = config;
        this.classes = List.copyOf(classes);
    }

    public GateDecision decide(Evidence evidence) {
        List<String> reasons = new ArrayList<>();
        if (evidence.champion().isPresent()) {
            compare(evidence, evidence.champion().get(), reasons);
        } else {
            compareWithGuessing(evidence.anchor(), reasons);
        }
        config.recallFloor().ifPresent(floor -> requireRecall(evidence.anchor(), floor, reasons));
        return reasons.isEmpty() ? new GateDecision.Promote() : new GateDecision.Hold(reasons);
    }

    private void compareWithGuessing(Verdicts anchor, List<String> reasons) {
        int mostFrequent = 0;
        for (int label = 0; label < classes.size(); label++) {
            mostFrequent = Math.max(mostFrequent, anchor.images(label));
        }
        int right = anchor.images() - anchor.errors();
        if (right <= mostFrequent) {
            reasons.add(String.format(
                    Locale.ROOT,
                    "it gets %d of %d images of the anchor right, and always saying the most frequent class %d",
                    right,
                    anchor.images(),
                    mostFrequent));
        }
    }

    private void requireRecall(Verdicts anchor, double floor, List<String> reasons) {
        for (int label = 0; label < classes.size(); label++) {
            if (anchor.recall(label) < floor) { // not so where the anchor has no image of the class: NaN
                reasons.add(String.format(
                        Locale.ROOT,
                        "its recall of %s on the anchor is %.1f%%, and at least %.1f%% is wanted of each class",
                        classes.get(label),
                        100 * anchor.recall(label),
                        100 * floor));
            }
        }
    }

    private void compare(Evidence evidence, Champion champion, List<String> reasons) {
        compareAudit(evidence.audit(), champion, reasons);
        compareAnchor(evidence.anchor(), champion, reasons);
        config.calibrationBound().ifPresent(bound -> compareCalibration(evidence, champion, bound, reasons));
        config.latencyBound()
                .ifPresent(bound -> champion.latency().ifPresent(both -> compareLatency(both, bound, reasons)));
    }

    private static void compareCalibration(Evidence evidence, Champion champion, double bound, List<String> reasons) {
        if (evidence.calibrationError() > champion.calibrationError() + bound) { // not so without images: NaN
            reasons.add(String.format(
                    Locale.ROOT,
                    "its confidence is off: its calibration error on the audit sample is %.1f points, that of the model"
                            + " in service %.1f, and %.1f more are allowed",
                    100 * evidence.calibrationError(),
                    100 * champion.calibrationError(),
                    100 * bound));
        }
    }

    private static void compareLatency(Latencies both, double bound, List<String> reasons) {
        if (both.student() > bound * both.champion()) {
            reasons.add(String.format(
                    Locale.ROOT,
                    "it is slow: it takes %.2f ms for an image, the model in service %.2f, and %.1f times as long is"
                            + " allowed",
                    both.student(),
                    both.champion(),
                    bound));
        }
    }

    private void compareAudit(Verdicts student, Champion inService, List<String> reasons) {
        Verdicts champion = inService.audit();
        if (student.images() < config.minAuditImages()) {
            reasons.add(String.format(
                    Locale.ROOT,
                    "the audit sample has %d labeled images, and %d are needed",
                    student.images(),
                    config.minAuditImages()));
            return;
        }
        int wins = student.rightWhereWrong(champion);
        int losses = champion.rightWhereWrong(student);
        if (config.distillationBound().isPresent() && isFaster(inService)) {
            compareDistilled(
                    wins, losses, student.images(), config.distillationBound().get(), reasons);
            return;
        }
        double p = McNemarTest.pValue(wins, losses);
        if (p >= config.level()) {
            reasons.add(String.format(
                    Locale.ROOT,
                    "it is not shown to be better on the audit sample: right where the model in service is wrong on %d"
                            + " images, wrong where that is right on %d (p = %.2g, and below %.2g is needed)",
                    wins,
                    losses,
                    p,
                    config.level()));
        }
    }

    private static boolean isFaster(Champion champion) {
        return champion.latency().map(both -> both.student() < both.champion()).orElse(false);
    }

    private void compareDistilled(int wins, int losses, int images, double bound, List<String> reasons) {
        double atWorst = PairedDifference.upperBound(wins, losses, images, config.level());
        if (atWorst > bound) {
            reasons.add(String.format(
                    Locale.ROOT,
                    "it is faster, but not shown to be hardly worse on the audit sample: right where the model in service"
                            + " is wrong on %d images, wrong where that is right on %d, so that its error may lie %.1f"
                            + " points higher, and %.1f are allowed",
                    wins,
                    losses,
                    100 * atWorst,
                    100 * bound));
        }
    }

    private void compareAnchor(Verdicts student, Champion champion, List<String> reasons) {
        double error = (double) student.errors() / student.images();
        if (error > champion.bestAnchorError() + config.anchorBound()) {
            reasons.add(String.format(
                    Locale.ROOT,
                    "its error on the anchor is %.1f%%, and at most %.1f points above the best so far, %.1f%%, is"
                            + " allowed",
                    100 * error,
                    100 * config.anchorBound(),
                    100 * champion.bestAnchorError()));
        }
        for (int label = 0; label < classes.size(); label++) {
            double loss = champion.anchor().recall(label) - student.recall(label);
            if (loss > config.recallBound()) { // not so where the anchor has no image of the class: NaN
                reasons.add(String.format(
                        Locale.ROOT,
                        "its recall of %s on the anchor is %.1f%%, %.1f points below the model in service, and %.1f"
                                + " are allowed",
                        classes.get(label),
                        100 * student.recall(label),
                        100 * loss,
                        100 * config.recallBound()));
            }
        }
    }
}

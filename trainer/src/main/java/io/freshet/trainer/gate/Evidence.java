package io.freshet.trainer.gate;

import io.freshet.trainer.evaluation.Verdicts;
import java.util.Optional;

/**
 * What was measured of a student.
 *
 * @param studentAudit on the audit sample
 * @param studentAnchor on the anchor
 * @param champion the model in service, absent before the first
 */
public record Evidence(Verdicts studentAudit, Verdicts studentAnchor, Optional<Champion> champion) {

    /**
     * The model in service, on the same images.
     *
     * @param bestAnchorError the lowest error on the anchor of it and its parents
     */
    public record Champion(Verdicts audit, Verdicts anchor, double bestAnchorError) {}
}

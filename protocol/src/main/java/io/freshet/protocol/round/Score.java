package io.freshet.protocol.round;

/**
 * Errors of one model on two samples: the audit sample of recent traffic, and the anchor; of each the half that judges,
 * or, in a {@link Trial}, the half that chooses.
 */
public record Score(int auditErrors, int auditImages, int anchorErrors, int anchorImages) {

    /** Share of the audit sample that is wrong; NaN if it is empty. */
    public double auditError() {
        return (double) auditErrors / auditImages;
    }

    /** Share of the anchor that is wrong; NaN if it is empty. */
    public double anchorError() {
        return (double) anchorErrors / anchorImages;
    }
}

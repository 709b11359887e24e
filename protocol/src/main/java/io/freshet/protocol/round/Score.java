package io.freshet.protocol.round;

/** Errors of one model on the two samples that judge: the audit sample of recent traffic, and the anchor. */
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

package io.freshet.trainer.analysis;

import java.util.Locale;

/** Which part of the images an image belongs to. */
public enum Split {
    /** Labeled, to learn from. */
    TRAIN,
    /** Labeled, and held out: only judges. */
    ANCHOR,
    /** Nobody has labeled it. */
    UNLABELED;

    /** As it stands in files, for example {@code train}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Split labelled(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}

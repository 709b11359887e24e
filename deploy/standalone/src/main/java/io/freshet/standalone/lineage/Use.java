package io.freshet.standalone.lineage;

/** What a version's round made of an image that lay in its offsets, from the least to the most. */
public enum Use {
    /** It was erased before the round read its images. */
    LEFT_OUT("left it out, for it was erased before"),

    /** The student learned from labels alone. */
    NONE("was not learned from: unlabeled images did not help, and it learned from labels alone"),

    /** It belongs to the audit sample. */
    JUDGED("judged it; never learned from, as all of the audit sample"),

    /** The student is the model before it with other batch-norm statistics. */
    STATISTICS("moved its batch-norm statistics to the traffic, and it may be in the sample"),

    /** It was among the unlabeled images. */
    UNLABELED("learned from it, if it passed the teacher's filter"),

    /** It was among the labeled images, for somebody had said what it shows. */
    LABELED("learned from it, with the label that somebody gave it");

    private final String words;

    Use(String words) {
        this.words = words;
    }

    /** Whether weights or statistics may hold something of the image. */
    public boolean leavesTraces() {
        return switch (this) {
            case LEFT_OUT, NONE, JUDGED -> false;
            case STATISTICS, UNLABELED, LABELED -> true;
        };
    }

    /** What the version did, to stand behind its name. */
    public String words() {
        return words;
    }
}

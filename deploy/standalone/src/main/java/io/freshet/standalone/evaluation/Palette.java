package io.freshet.standalone.evaluation;

import java.util.List;
import java.util.Locale;

/** A colour for each class: readable on light and on dark. */
final class Palette {

    private static final List<String> FEW = List.of(
            "#4e79a7", "#f28e2b", "#e15759", "#3fa7a0", "#59a14f", "#d4b106", "#b07aa1", "#ff7fa0", "#9c755f",
            "#8a8d91");

    private final int classes;

    Palette(int classes) {
        this.classes = classes;
    }

    String of(int label) {
        return classes <= FEW.size()
                ? FEW.get(label)
                : String.format(Locale.ROOT, "hsl(%d 65%% %d%%)", 360 * label / classes, label % 2 == 0 ? 45 : 62);
    }
}

package io.freshet.trainer.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What each part of training took off the error: each row is a model with one part more than the row before.
 *
 * @param sample the images that the shares are of, in words
 * @param parts in their order, at least one
 * @param verdict whether unlabeled images helped, in words
 */
public record Waterfall(String sample, List<Part> parts, String verdict) {

    private static final int BAR = 40;

    public Waterfall {
        parts = List.copyOf(parts);
    }

    /**
     * A model with one part more.
     *
     * @param what of the part, for people
     * @param steps of 64 images that the model has taken in all
     * @param p that the part gave nothing, by the exact McNemar test against the row before, one-sided; 1 for the first
     * @param errors on the images that judge
     * @param heldOut on labeled images that were held out
     * @param traffic on labeled images of the traffic
     * @param test on the test images
     */
    public record Part(
            String name,
            String what,
            long steps,
            double p,
            Errors errors,
            Errors heldOut,
            Optional<Errors> traffic,
            Optional<Errors> test) {}

    /** What a part took off, in shares of the images; less than 0 if it has added to it. */
    public double takenOff(int part) {
        return part == 0
                ? 0
                : parts.get(part - 1).errors().share()
                        - parts.get(part).errors().share();
    }

    /** As lines for a terminal: {@code #} is the error that is left, {@code .} what the part took off, {@code +} what it added. */
    public List<String> lines() {
        double highest =
                parts.stream().mapToDouble(part -> part.errors().share()).max().orElse(1);
        int widest = parts.stream().mapToInt(part -> part.name().length()).max().orElse(0);
        List<String> lines = new ArrayList<>();
        lines.add("Wrong on " + sample + ":");
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            lines.add(String.format(
                    Locale.ROOT,
                    "  %-" + widest + "s  %-" + BAR + "s %5.1f%%%s",
                    part.name(),
                    bar(i, highest),
                    100 * part.errors().share(),
                    i == 0
                            ? ""
                            : String.format(
                                    Locale.ROOT,
                                    "  %+6.1f  p = %-6.2g  %s",
                                    0.0 - 100 * takenOff(i),
                                    part.p(),
                                    part.what())));
        }
        lines.add("  first " + parts.getFirst().errors().describe() + ", last "
                + parts.getLast().errors().describe());
        lines.add("  (# is left, . is taken off, + is added; p: by chance alone, as much or more would come off)");
        return lines;
    }

    private String bar(int index, double highest) {
        int now = length(parts.get(index).errors().share(), highest);
        int before = index == 0 ? now : length(parts.get(index - 1).errors().share(), highest);
        return "#".repeat(Math.min(now, before))
                + ".".repeat(Math.max(0, before - now))
                + "+".repeat(Math.max(0, now - before));
    }

    private static int length(double share, double highest) {
        return highest == 0 ? 0 : (int) Math.round(BAR * share / highest);
    }
}

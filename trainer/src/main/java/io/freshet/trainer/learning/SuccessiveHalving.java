package io.freshet.trainer.learning;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Successive halving (Jamieson and Talwalkar, 1502.07943, section 3): all candidates take few steps, the better half of
 * them twice as many, and so on, until one takes all. What two candidates cost is one and a half runs, what four cost is
 * two.
 *
 * @param steps of a whole run
 * @param candidates that begin, at least one
 */
public record SuccessiveHalving(int steps, int candidates) {

    public SuccessiveHalving {
        if (steps < 1 || candidates < 1) {
            throw new IllegalArgumentException(
                    "One candidate or more take one step or more, not " + candidates + " and " + steps);
        }
    }

    /** After how many steps candidates are compared, ascending; at the last, which is the whole run, one is left. */
    public List<Integer> rungs() {
        int halvings = Integer.SIZE - Integer.numberOfLeadingZeros(candidates - 1);
        return IntStream.rangeClosed(0, halvings)
                .map(i -> Math.max(1, steps >> (halvings - i)))
                .distinct()
                .boxed()
                .toList();
    }

    /** How many of those that were compared go on. */
    public static int survivors(int compared) {
        return Math.ceilDiv(compared, 2);
    }
}

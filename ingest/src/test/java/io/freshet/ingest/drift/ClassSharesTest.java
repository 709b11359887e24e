package io.freshet.ingest.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ClassSharesTest {

    @Test
    void theyAreComparedAsTheFieldDoes() {
        ClassShares shares = compare(seen(500, 300, 200), seen(150, 150, 100));
        // Golden values: scipy's chi2_contingency without correction, and the index of the counts with a half added.
        assertThat(shares.pValue()).isCloseTo(1.266e-4, within(1e-7));
        assertThat(shares.psi()).isCloseTo(.064, within(1e-3));
    }

    @Test
    void theSameSharesAreSteady() {
        ClassShares shares = compare(seen(500, 300, 200), seen(50, 30, 20));
        assertThat(shares.psi()).isCloseTo(0, within(1e-3));
        assertThat(shares.pValue()).isCloseTo(1, within(1e-6));
    }

    @Test
    void aClassThatVanishesDoesNotMakeTheIndexInfinite() {
        assertThat(compare(seen(500, 300), seen(100, 0)).psi()).isBetween(.5, 10.0);
    }

    @Test
    void rareClassesAreOne() {
        List<String> rare =
                Stream.iterate(0, i -> i < 40, i -> i + 1).map(i -> "rare" + i).toList();
        List<String> window = Stream.concat(seen(300).stream(), rare.stream()).toList();
        assertThat(compare(seen(1_000), window).pValue()).isLessThan(1e-9);
        assertThat(ClassShares.compare(
                        counts(seen(1_000)),
                        counts(Stream.concat(seen(300).stream(), Stream.of("once"))
                                .toList()),
                        1))
                .isEmpty(); // one image of a class that was not seen before is nothing to go by
    }

    @Test
    void withoutClassesThereIsNothingToCompare() {
        assertThat(ClassShares.compare(Map.of(), counts(seen(5, 5)), 1)).isEmpty();
        assertThat(ClassShares.compare(counts(seen(500)), counts(seen(500)), 1)).isEmpty();
    }

    private static ClassShares compare(List<String> reference, List<String> window) {
        return ClassShares.compare(counts(reference), counts(window), 1).orElseThrow();
    }

    private static Map<String, Long> counts(List<String> classes) {
        return classes.stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    private static List<String> seen(int... counts) {
        return Stream.iterate(0, i -> i < counts.length, i -> i + 1)
                .flatMap(i -> Collections.nCopies(counts[i], "class" + i).stream())
                .toList();
    }
}

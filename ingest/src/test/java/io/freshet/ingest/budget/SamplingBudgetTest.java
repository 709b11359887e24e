package io.freshet.ingest.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.freshet.ingest.budget.SamplingBudget.Decision;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.Prediction;
import io.freshet.protocol.SecondOpinion;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SamplingBudgetTest {

    /** Ten a second, five of them of one source or class. */
    private static final BudgetConfig TEN = new BudgetConfig(10, 1_000_000, Duration.ofSeconds(10), .5, .5, .5, 3);

    private final SplittableRandom random = new SplittableRandom(1);
    private final Map<String, Allowance> stored = new HashMap<>();

    @Test
    void allComeThroughWhileThereIsRoom() {
        SamplingBudget budget = budget(TEN, 1);
        for (int second = 0; second < 1_000; second++) {
            assertThat(ask(budget, "a", Optional.empty(), second)).isEqualTo(new Decision(true, 1));
        }
    }

    @Test
    void aFloodFromOneSourceStopsAtItsShare() {
        SamplingBudget budget = budget(TEN, 1);
        int through = 0;
        for (int i = 0; i < 100_000; i++) {
            through += ask(budget, "flood", Optional.empty(), i / 1_000.0).isThrough() ? 1 : 0;
        }
        assertThat(through).isBetween(400, 5 * (100 + 10) + 1);
    }

    @Test
    void aFloodLeavesTheOtherSourcesTheirRoom() {
        SamplingBudget budget = budget(TEN, 1);
        int quiet = 0;
        for (int i = 0; i < 100_000; i++) {
            ask(budget, "flood", Optional.empty(), i / 1_000.0);
            if (i % 1_000 == 0) {
                quiet += ask(budget, "quiet", Optional.empty(), i / 1_000.0).isThrough() ? 1 : 0;
            }
        }
        assertThat(quiet).isGreaterThan(80);
    }

    @Test
    void aFloodUnderEverNewNamesStopsAtTheBudgetOfAll() {
        SamplingBudget budget = budget(TEN, 1);
        int through = 0;
        for (int i = 0; i < 50_000; i++) {
            through += ask(budget, "source " + i, Optional.empty(), i / 1_000.0).isThrough() ? 1 : 0;
        }
        assertThat(through).isLessThanOrEqualTo(10 * (50 + 10) + 1);
        assertThat(stored).hasSizeLessThanOrEqualTo(3 + 1 + 2);
    }

    @Test
    void partitionsHaveEqualPartsOfIt() {
        SamplingBudget budget = budget(TEN, 4);
        int through = 0;
        for (int i = 0; i < 100_000; i++) {
            through += ask(budget, "s" + i % 2, Optional.empty(), i / 1_000.0).isThrough() ? 1 : 0;
        }
        assertThat(through).isBetween(200, 10 * (100 + 10) / 4 + 1);
    }

    @Test
    void aDayHasItsOwnBound() {
        SamplingBudget budget = budget(new BudgetConfig(10, 500, Duration.ofSeconds(10), 1, 1, .5, 3), 1);
        int first = 0;
        int second = 0;
        for (int i = 0; i < 86_400; i++) {
            first += ask(budget, "a", Optional.empty(), i).isThrough() ? 1 : 0;
        }
        for (int i = 86_400; i < 2 * 86_400; i++) {
            second += ask(budget, "a", Optional.empty(), i).isThrough() ? 1 : 0;
        }
        assertThat(first).isBetween(450, 500);
        assertThat(second).isBetween(450, 500);
    }

    @Test
    void whatTeachesMoreComesThroughMoreOften() {
        SamplingBudget budget = budget(new BudgetConfig(10, 1_000_000, Duration.ofSeconds(10), 1, 1, .2, 3), 1);
        int sure = 0;
        int unsure = 0;
        for (int i = 0; i < 100_000; i++) {
            boolean even = i % 2 == 0;
            boolean through =
                    ask(budget, "a", said("boot", even ? .99 : .3), i / 1_000.0).isThrough();
            sure += through && even ? 1 : 0;
            unsure += through && !even ? 1 : 0;
        }
        assertThat(unsure).isGreaterThan(sure * 3 / 2);
    }

    @Test
    void disputedImagesComeThroughMoreOften() {
        SamplingBudget budget = budget(new BudgetConfig(10, 1_000_000, Duration.ofSeconds(10), 1, 1, .5, 3), 1);
        int agreed = 0;
        int disputed = 0;
        for (int i = 0; i < 100_000; i++) {
            boolean even = i % 2 == 0;
            boolean through = ask(budget, "a", said("boot", .9, even ? "boot" : "shirt"), i / 1_000.0)
                    .isThrough();
            agreed += through && even ? 1 : 0;
            disputed += through && !even ? 1 : 0;
        }
        assertThat(disputed).isGreaterThan(agreed * 3 / 2);
    }

    /** One image in twenty is of a kind that is rare, lies elsewhere, and is disputed; all are named the same class. */
    @Test
    void novelImagesComeThroughMoreOftenAndTheEstimateOfTheirShareStaysUnbiased() {
        SamplingBudget budget = budget(new BudgetConfig(50, 1_000_000, Duration.ofSeconds(10), 1, 1, .3, 3), 1);
        Novelty novelty = new Novelty(8, 256);
        int[] seen = new int[2];
        int[] through = new int[2];
        double[] weights = new double[2];
        for (int i = 0; i < 200_000; i++) {
            int rare = random.nextInt(20) == 0 ? 1 : 0;
            float[] embedding = embedding(rare == 1 ? 4 : 0, rare == 1 ? 3 : 1);
            Decision decision = budget.decide(
                    "a", said("boot", .9, rare == 1 ? "shirt" : "boot"), novelty.of(embedding), i, random.nextDouble());
            seen[rare]++;
            if (decision.isThrough()) {
                novelty.choose(embedding);
                through[rare]++;
                weights[rare] += 1 / decision.chance();
            }
        }
        double common = (double) through[0] / seen[0];
        assertThat((double) through[1] / seen[1]).isGreaterThan(1.5 * common);
        assertThat(weights[0] / seen[0]).isCloseTo(1, within(.05));
        assertThat(weights[1] / seen[1]).isCloseTo(1, within(.1));
    }

    @Test
    void estimatesOverWhatCameThroughAreUnbiased() {
        SamplingBudget budget = budget(new BudgetConfig(50, 1_000_000, Duration.ofSeconds(10), 1, 1, .3, 3), 1);
        double count = 0;
        double boots = 0;
        for (int i = 0; i < 200_000; i++) {
            boolean boot = random.nextInt(10) == 0;
            // The rare class is the unsure one, so the sample as it is has far too many of it.
            Decision decision = ask(budget, "a", said(boot ? "boot" : "shirt", boot ? .4 : .95), i / 1_000.0);
            if (decision.isThrough()) {
                count += 1 / decision.chance();
                boots += boot ? 1 / decision.chance() : 0;
            }
        }
        assertThat(count / 200_000).isCloseTo(1, within(.05));
        assertThat(boots / count).isCloseTo(.1, within(.015));
    }

    @Test
    void itGoesOnWhereItsJournalEnds() {
        SamplingBudget before = budget(TEN, 1);
        for (int i = 0; i < 10_000; i++) {
            ask(before, "flood", Optional.empty(), i / 1_000.0);
        }
        SamplingBudget after = new SamplingBudget(TEN, 1, this::store);
        Map.copyOf(stored).forEach(after::remember);

        assertThat(ask(after, "flood", Optional.empty(), 10).chance())
                .isEqualTo(ask(before, "flood", Optional.empty(), 10).chance(), within(.05));
    }

    private SamplingBudget budget(BudgetConfig config, int partitions) {
        return new SamplingBudget(config, partitions, this::store);
    }

    private void store(String name, @Nullable Allowance allowance) {
        if (allowance == null) {
            stored.remove(name);
        } else {
            stored.put(name, allowance);
        }
    }

    private Decision ask(SamplingBudget budget, String source, Optional<Prediction> said, double seconds) {
        return budget.decide(source, said, Novelty.UNKNOWN, Math.round(seconds * 1_000), random.nextDouble());
    }

    private float[] embedding(double center, double spread) {
        float[] embedding = new float[8];
        for (int i = 0; i < embedding.length; i++) {
            embedding[i] = (float) (center + spread * random.nextGaussian());
        }
        return embedding;
    }

    private static Optional<Prediction> said(String label, double confidence, String shadow) {
        return Optional.of(new Prediction(
                new ModelVersion("m", 1),
                label,
                (float) confidence,
                List.of(),
                Optional.of(new SecondOpinion(2, shadow, (float) confidence))));
    }

    private static Optional<Prediction> said(String label, double confidence) {
        return Optional.of(new Prediction(new ModelVersion("m", 1), label, (float) confidence, List.of()));
    }
}

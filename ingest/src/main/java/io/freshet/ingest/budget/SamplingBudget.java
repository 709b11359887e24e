package io.freshet.ingest.budget;

import io.freshet.ingest.budget.Allowance.Terms;
import io.freshet.protocol.Prediction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides image by image who comes through: each with a chance that is known before the draw, so that what comes through
 * is a Poisson sample of the traffic, over which estimates stay unbiased when each image counts one over its chance
 * (Horvitz and Thompson, 1952).
 *
 * <p>The chance is what the allowances of all images, of the source, of the predicted class and of the day give, the
 * smallest of them; under pressure it is raised for images of which much would be learned, and lowered for others. For
 * one thread at a time; knows no clock and no randomness of its own.
 */
final class SamplingBudget {

    /** @param chance that the image had */
    record Decision(boolean isThrough, double chance) {}

    static final String ALL = "all";
    static final String DAY = "day";
    private static final String SOURCE = "source ";
    private static final String CLASS = "class ";
    private static final String OTHERS = "\u0000others";

    private static final long DAY_MILLIS = 86_400_000;

    /** The last part of a day's images is spread thinner and thinner. */
    private static final double LAST_PART = .1;

    private static final int MAX_NAME = 100;

    private final BudgetConfig config;
    private final double part;
    private final Terms terms;
    private final BiConsumer<String, @Nullable Allowance> journal;
    private final Map<String, Allowance> allowances = new HashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();

    /**
     * @param partitions that share the budget
     * @param journal is told of each allowance that changes, with null of one that is forgotten
     */
    SamplingBudget(BudgetConfig config, int partitions, BiConsumer<String, @Nullable Allowance> journal) {
        this.config = config;
        this.part = 1.0 / partitions;
        this.terms = new Terms(config.perSecond() * part, config.burst().toMillis() / 1_000.0);
        this.journal = journal;
    }

    /** Takes up what an earlier budget told its journal. */
    void remember(String name, Allowance allowance) {
        if (allowances.put(name, allowance) == null) {
            counts.merge(kind(name), 1, Integer::sum);
        }
    }

    /**
     * @param novelty of the image, 0 to 1
     * @param draw uniform in [0, 1), and fixed for the image
     */
    Decision decide(String source, Optional<Prediction> prediction, double novelty, long nowMillis, double draw) {
        String ofSource = name(SOURCE, source, config.sourceShare(), nowMillis);
        Optional<String> ofClass = prediction.map(said -> name(CLASS, said.label(), config.classShare(), nowMillis));
        List<String> names = ofClass.map(c -> List.of(ALL, ofSource, c)).orElse(List.of(ALL, ofSource));

        double plenty = today(nowMillis);
        for (String name : names) {
            plenty = Math.min(plenty, ask(name, nowMillis).chance(terms(name)));
        }
        double classShare =
                ofClass.map(c -> known(c).rate() / known(ALL).rate()).orElse(0.0);
        double chance = chance(plenty, Interest.of(prediction, classShare, novelty));
        boolean through = draw < chance;
        if (through) {
            names.forEach(name -> change(name, known(name).taken()));
            change(DAY, known(DAY).taken());
        }
        return new Decision(through, chance);
    }

    /** Without pressure all come through; under pressure as many as {@code plenty} says, those of interest before. */
    private double chance(double plenty, double interest) {
        double weight = config.uniformShare() + 2 * (1 - config.uniformShare()) * interest;
        return plenty >= 1 ? 1 : Math.min(1, weight * plenty / (1 - plenty));
    }

    /** How plenty the day's images are, of which the allowance counts what is left. */
    private double today(long nowMillis) {
        long midnight = nowMillis - nowMillis % DAY_MILLIS;
        double whole = config.perDay() * part;
        Allowance today = allowances.get(DAY);
        if (today == null || today.atMillis() < midnight) {
            today = new Allowance(whole, midnight, 0);
            change(DAY, today);
        }
        return today.images() < 1 ? 0 : Math.clamp(today.images() / (LAST_PART * whole), 0, 1);
    }

    private Allowance ask(String name, long nowMillis) {
        Allowance before = allowances.get(name);
        Allowance asked =
                (before == null ? Allowance.begin(terms(name), nowMillis) : before).asked(terms(name), nowMillis);
        change(name, asked);
        return asked;
    }

    private Allowance known(String name) {
        Allowance allowance = allowances.get(name);
        if (allowance == null) {
            throw new IllegalStateException("Not asked for yet: " + name);
        }
        return allowance;
    }

    private void change(String name, Allowance allowance) {
        remember(name, allowance);
        journal.accept(name, allowance);
    }

    private Terms terms(String name) {
        return switch (kind(name)) {
            case SOURCE -> terms.share(config.sourceShare());
            case CLASS -> terms.share(config.classShare());
            default -> terms;
        };
    }

    private static String kind(String name) {
        return name.startsWith(SOURCE) ? SOURCE : name.startsWith(CLASS) ? CLASS : name;
    }

    /** Of a stranger's choice, so bounded in length and in number. */
    private String name(String kind, String text, double share, long nowMillis) {
        String name = kind + (text.length() <= MAX_NAME ? text : text.substring(0, MAX_NAME) + "#" + text.hashCode());
        if (allowances.containsKey(name) || counts.getOrDefault(kind, 0) < config.sources()) {
            return name;
        }
        forgetFull(kind, terms.share(share), nowMillis);
        return counts.getOrDefault(kind, 0) < config.sources() ? name : kind + OTHERS;
    }

    private void forgetFull(String kind, Terms terms, long nowMillis) {
        List<String> full = allowances.entrySet().stream()
                .filter(entry ->
                        kind(entry.getKey()).equals(kind) && entry.getValue().isFull(terms, nowMillis))
                .map(Map.Entry::getKey)
                .toList();
        for (String name : full) {
            allowances.remove(name);
            counts.merge(kind, -1, Integer::sum);
            journal.accept(name, null);
        }
    }
}

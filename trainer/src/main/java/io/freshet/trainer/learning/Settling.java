package io.freshet.trainer.learning;

import io.freshet.trainer.data.ImagePool;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.evaluation.Answers;
import io.freshet.trainer.evaluation.Evaluator;
import io.freshet.trainer.model.TrainableModel;
import io.freshet.trainer.model.TrainingBatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Re-estimates the batch-norm statistics that predictions use, from images as they are. Those that training has followed
 * are of noised images and of weights before they were averaged (Wu and Johnson, 2105.07576, section 3).
 *
 * <p>A network has one set of statistics for two kinds of images, the labeled ones' and the stream's, and no one
 * mixture of both suits every change: under a tint the stream's statistics make the labeled images unreadable, under
 * a change of gamma they serve both kinds best. So several mixtures are tried. Of those by which labeled images lose
 * next to nothing, the one stays by which the network errs least on the two kinds together: on labeled images that is
 * known; on the stream's it is what the network itself expects of its answers (average confidence: Garg et al.,
 * 2201.04234, section 3.1; Guillory et al., 2107.03315, section 3).
 */
final class Settling {

    private static final Logger LOG = LoggerFactory.getLogger(Settling.class);

    /** Of labeled images in a mixture. */
    private static final List<Double> SHARES = List.of(.9, .7, .5, .3, .1);

    private static final int BATCHES = 32;

    /** Bytes of the images of either kind that are looked at, at the most. */
    private static final int JUDGING_BYTES = 64 << 20;

    /** Share of the labeled images that more may be wrong than by the best mixture for them: half of what a gate forgives. */
    private static final double MOST_LOST = .01;

    private final TrainableModel model;
    private final TrainingBatch batch;
    private final LongFunction<SplittableRandom> draws;
    private final int judging;

    /** What a batch holds, drawn by that. */
    @FunctionalInterface
    private interface Filling {
        void fill(TrainingBatch batch, SplittableRandom random);
    }

    /**
     * How a network did, settled by a mixture.
     *
     * @param labeledShare of the mixture
     * @param errors share of labeled images that it gets wrong
     * @param expectedErrors share of the stream's that it expects to get wrong
     */
    record Tried(double labeledShare, double errors, double expectedErrors) {}

    /**
     * @param model not owned
     * @param batch is filled again and again
     * @param draws what decides which images are drawn, by a number: the same for the same number
     * @param judging images of either kind that are looked at, at the most: mixtures are compared on the same ones
     */
    Settling(TrainableModel model, TrainingBatch batch, LongFunction<SplittableRandom> draws, int judging) {
        this.model = model;
        this.batch = batch;
        this.draws = draws;
        this.judging = Math.min(judging, JUDGING_BYTES / model.classifier().imageSize());
    }

    /** Settles the model, which {@linkplain TrainableModel#canAdapt() can adapt}, to what it has learned from. */
    void settle(BatchSource source) {
        Optional<Mixture> mixture = source.mixture();
        if (mixture.isEmpty()) {
            settleBy(source::fill);
            return;
        }
        double share = bestShare(mixture.get());
        settleBy((images, random) -> mixture.get().fill(images, share, random));
        LOG.info("Batch norm is settled by a mixture of {} labeled images", percent(share));
    }

    private double bestShare(Mixture mixture) {
        LabeledImages labeled = sample(mixture.labeled().labeled());
        ImagePool stream = sample(mixture.unlabeled());
        List<Tried> tried = new ArrayList<>();
        for (double share : SHARES) {
            settleBy((images, random) -> mixture.fill(images, share, random));
            double errors =
                    (double) Evaluator.judge(model.classifier(), labeled).errors() / labeled.size();
            tried.add(new Tried(share, errors, expectedErrors(Evaluator.ask(model.classifier(), stream))));
            LOG.info(
                    "Settled by {} labeled images: {} of these wrong, {} of the stream's expected to be",
                    percent(share),
                    percent(errors),
                    percent(tried.getLast().expectedErrors()));
        }
        return best(tried).labeledShare();
    }

    /** The one of least errors on both kinds, of those that cost labeled images little. */
    static Tried best(List<Tried> tried) {
        double least = tried.stream().mapToDouble(Tried::errors).min().orElseThrow();
        return tried.stream()
                .filter(mixture -> mixture.errors() <= least + MOST_LOST)
                .min(Comparator.comparingDouble(mixture -> mixture.errors() + mixture.expectedErrors()))
                .orElseThrow();
    }

    private LabeledImages sample(LabeledImages labeled) {
        Set<Integer> places = draw(labeled.size()).collect(Collectors.toSet());
        return labeled.selectPlaces(places::contains);
    }

    private ImagePool sample(ImagePool stream) {
        ImagePool sample = new ImagePool(stream.imageSize());
        draw(stream.size()).forEach(place -> sample.add(stream.get(place)));
        return sample;
    }

    private Stream<Integer> draw(int images) {
        return draws.apply(0)
                .ints(0, images)
                .distinct()
                .limit(Math.min(judging, images))
                .boxed();
    }

    private void settleBy(Filling filling) {
        for (int i = 1; i <= BATCHES; i++) {
            filling.fill(batch, draws.apply(i));
            model.adapt(batch, 1.0 / i);
        }
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f%%", 100 * share);
    }

    /** The mean probability of another class than the most probable one. */
    private static double expectedErrors(Answers answers) {
        return IntStream.range(0, answers.images())
                .mapToDouble(image -> 1 - answers.confidence(image))
                .average()
                .orElse(0);
    }
}

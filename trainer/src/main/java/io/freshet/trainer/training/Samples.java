package io.freshet.trainer.training;

import io.freshet.engine.Classifier;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.evaluation.Evaluator;
import io.freshet.trainer.evaluation.McNemarTest;
import io.freshet.trainer.evaluation.SplitSample;
import io.freshet.trainer.evaluation.Verdicts;
import io.freshet.trainer.training.Waterfall.Part;
import java.util.Optional;

/**
 * The images that measure the parts. Those that judge have chosen nothing: the test images, or else the half of the traffic's
 * labeled images that does not choose, or else that half of the held-out ones.
 *
 * @param heldOut labeled images that were held out; all of them where there are test images, and then they have chosen too
 * @param traffic labeled images of the traffic; may have none
 */
record Samples(LabeledImages heldOut, LabeledImages traffic, Optional<LabeledImages> test) {

    /** What a model does on all of them. */
    record Sheet(Verdicts heldOut, Verdicts traffic, Optional<Verdicts> test) {

        Verdicts judging() {
            return test.orElse(traffic.images() > 0 ? traffic : heldOut);
        }

        /** @param before the row above, if there is one */
        Part part(String name, String what, long steps, Optional<Sheet> before) {
            double p = before.map(Sheet::judging)
                    .map(other ->
                            McNemarTest.pValue(judging().rightWhereWrong(other), other.rightWhereWrong(judging())))
                    .orElse(1.0);
            return new Part(
                    name,
                    what,
                    steps,
                    p,
                    errors(judging()),
                    errors(heldOut),
                    traffic.images() == 0 ? Optional.empty() : Optional.of(errors(traffic)),
                    test.map(Sheet::errors));
        }

        private static Errors errors(Verdicts verdicts) {
            return new Errors(verdicts.errors(), verdicts.images());
        }
    }

    static Samples of(TrainRequest request) {
        LabeledImages anchor = request.material().labeledSet().anchor();
        return new Samples(
                request.test().isPresent() ? anchor : SplitSample.of(anchor).judging(),
                SplitSample.of(request.audit()).judging(),
                request.test());
    }

    Sheet ask(Classifier classifier) {
        return new Sheet(
                Evaluator.judge(classifier, heldOut),
                Evaluator.judge(classifier, traffic),
                test.map(images -> Evaluator.judge(classifier, images)));
    }

    /** The images that judge, in words. */
    String describe() {
        if (test.isPresent()) {
            return "the " + test.get().size() + " test images, which chose nothing";
        }
        return traffic.size() > 0
                ? "the " + traffic.size() + " labeled images of the traffic that chose nothing"
                : "the " + heldOut.size() + " held-out images that chose nothing";
    }
}

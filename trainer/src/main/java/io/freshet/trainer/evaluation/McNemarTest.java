package io.freshet.trainer.evaluation;

import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.BinomialTest;

/**
 * The exact McNemar test: of the images on which two models differ, does the first get more right than a fair coin
 * would give it? (McNemar, 1947; exact as the sign test on the differing pairs.)
 */
public final class McNemarTest {

    private McNemarTest() {}

    /**
     * The probability of so many wins or more if the models were equally good.
     *
     * @param wins images that only the first model gets right
     * @param losses images that only the second model gets right
     * @return in (0, 1]; 1 if the models never differ
     */
    public static double pValue(int wins, int losses) {
        if (wins + losses == 0) {
            return 1;
        }
        return BinomialTest.withDefaults()
                .with(AlternativeHypothesis.GREATER_THAN)
                .test(wins + losses, wins, .5)
                .getPValue();
    }
}

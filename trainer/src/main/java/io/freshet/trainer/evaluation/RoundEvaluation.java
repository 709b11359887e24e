package io.freshet.trainer.evaluation;

import java.util.Optional;

/**
 * What a round saw of its student and of the model in service, on the images that judge.
 *
 * @param champion the model in service, absent before the first
 * @param auditP of the exact McNemar test that the student is no better on the audit sample; absent without a champion
 */
public record RoundEvaluation(OfModel student, Optional<OfModel> champion, Optional<Double> auditP) {

    /**
     * One model.
     *
     * @param audit on the half of the audit sample that judges; absent where nobody has labeled any traffic
     * @param anchor on the half of the anchor that judges
     * @param temperature fitted on the halves that choose; absent where these are empty
     * @param latency measured only where the student has another architecture or precision than the model in service:
     *     else they are equally fast
     */
    public record OfModel(
            Optional<Evaluation> audit,
            Optional<Evaluation> anchor,
            Optional<Double> temperature,
            Optional<Latency> latency) {}
}

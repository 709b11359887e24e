package io.freshet.serving.predict;

import io.freshet.serving.batch.ImageScores;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** The meters of answers. Thread safe. */
final class PredictionMetrics {

    private final DistributionSummary confidence;

    PredictionMetrics(MeterRegistry registry) {
        this.confidence = DistributionSummary.builder("freshet.serving.confidence")
                .description("Probability of the class that was answered")
                .baseUnit("ratio")
                .serviceLevelObjectives(.2, .3, .4, .5, .6, .7, .8, .9, .95, .99)
                .register(registry);
    }

    void answered(List<ImageScores> scores) {
        scores.forEach(image -> confidence.record(image.confidence()));
    }
}

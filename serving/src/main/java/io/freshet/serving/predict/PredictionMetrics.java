package io.freshet.serving.predict;

import io.freshet.serving.model.ImageScores;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.List;

/** The meters of batches and answers. Thread safe. */
final class PredictionMetrics {

    private final DistributionSummary batchSizes;
    private final DistributionSummary confidence;

    /** @param batchers asked for the images that wait */
    PredictionMetrics(MeterRegistry registry, Collection<MicroBatcher> batchers) {
        this.batchSizes = DistributionSummary.builder("freshet.serving.batch.size")
                .description("Images in a batch")
                .baseUnit("images")
                .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64, 128)
                .register(registry);
        this.confidence = DistributionSummary.builder("freshet.serving.confidence")
                .description("Probability of the class that was answered")
                .serviceLevelObjectives(.2, .3, .4, .5, .6, .7, .8, .9, .95, .99)
                .register(registry);
        Gauge.builder(
                        "freshet.serving.queue",
                        batchers,
                        all -> all.stream().mapToInt(MicroBatcher::queued).sum())
                .description("Images that wait for a batch")
                .baseUnit("images")
                .register(registry);
    }

    DistributionSummary batchSizes() {
        return batchSizes;
    }

    void answered(List<ImageScores> scores) {
        scores.forEach(image -> confidence.record(image.confidence()));
    }
}

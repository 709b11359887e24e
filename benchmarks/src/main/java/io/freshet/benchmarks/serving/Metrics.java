package io.freshet.benchmarks.serving;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Samples in Prometheus' text form, by their names with labels. */
record Metrics(Map<String, Double> samples) {

    private static final String REQUESTS = "freshet_serving_requests_seconds_count";
    private static final String IMAGES = "freshet_serving_batch_size_images_sum";
    private static final String BATCHES = "freshet_serving_batch_size_images_count";

    static Metrics parse(String text) {
        Map<String, Double> samples = new TreeMap<>();
        for (String line : text.lines().toList()) {
            int space = line.lastIndexOf(' ');
            if (!line.startsWith("#") && space > 0) {
                samples.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
            }
        }
        return new Metrics(samples);
    }

    /** Requests that were not answered as asked, of all protocols. */
    long failed() {
        return (long) sum(name -> name.startsWith(REQUESTS) && !name.contains("outcome=\"ok\""));
    }

    /** Number of the version in service. */
    long version() {
        return (long) sum("freshet_serving_model_version");
    }

    /** Images in a batch since those metrics, on average. */
    double meanBatch(Metrics before) {
        return (sum(IMAGES) - before.sum(IMAGES)) / (sum(BATCHES) - before.sum(BATCHES));
    }

    private double sum(String name) {
        return sum(sample -> sample.startsWith(name));
    }

    private double sum(Predicate<String> names) {
        return samples.entrySet().stream()
                .filter(sample -> names.test(sample.getKey()))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }
}

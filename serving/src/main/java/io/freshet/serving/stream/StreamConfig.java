package io.freshet.serving.stream;

/**
 * Predictions from Kafka to Kafka.
 *
 * @param requests topic of images; empty to read none
 * @param responses topic of answers
 * @param group consumer group in which the replicas share the partitions
 * @param model that answers what names no model; empty for the only one in service
 * @param maxImages that a replica has in work at once
 */
public record StreamConfig(String requests, String responses, String group, String model, int maxImages) {

    public StreamConfig {
        if (!requests.isEmpty() && (responses.isEmpty() || group.isEmpty())) {
            throw new IllegalArgumentException("stream.responses and stream.group must be given with stream.requests");
        }
        if (!requests.isEmpty() && requests.equals(responses)) {
            throw new IllegalArgumentException("stream.requests and stream.responses must be different topics");
        }
        if (maxImages < 1) {
            throw new IllegalArgumentException("stream.maxImages must be positive, not " + maxImages);
        }
    }

    /** Off; the group freshet-serving, 128 images. */
    public static StreamConfig defaults() {
        return new StreamConfig("", "", "freshet-serving", "", 128);
    }

    /** Whether there is a topic to read. Not a getter, which would be a key of the configuration. */
    public boolean reads() {
        return !requests.isEmpty();
    }
}

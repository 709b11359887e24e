package io.freshet.serving.capture;

import io.freshet.protocol.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;

/** How Kafka's client is set for the capture. */
final class ProducerSettings {

    /** For so long, images wait for a broker that is away, as far as the buffer holds them, where they have no spool. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** For so long, the sender waits to learn of the topic, where it has a spool to see to. */
    private static final Duration LONGEST_BLOCK = Duration.ofSeconds(1);

    private ProducerSettings() {}

    static Map<String, Object> of(CaptureConfig config) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, "freshet-serving-capture");
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none"); // images are compressed
        settings.put(ProducerConfig.LINGER_MS_CONFIG, millis(config.linger()));
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, (long) config.bufferBytes());
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.MAX_RECORD_BYTES);
        switch (config.whenAway()) {
            case DROP -> {
                settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE.toMillis()); // blocks the sender only
                settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis(PATIENCE));
            }
            case SPOOL -> {
                // An image is on disk before an answer that waits for it gives up.
                Duration half = config.timeout().dividedBy(2);
                int request = Math.max(1, millis(half) - millis(config.linger()));
                settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.min(LONGEST_BLOCK.toMillis(), half.toMillis()));
                settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, request);
                settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis(config.linger()) + request);
            }
        }
        return settings;
    }

    private static int millis(Duration duration) {
        return Math.toIntExact(duration.toMillis());
    }
}

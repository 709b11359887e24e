package io.freshet.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.Topics;
import io.freshet.protocol.kafka.KafkaConnection;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

class StreamsSettingsTest {

    private final StreamsConfig settings = new StreamsConfig(StreamsSettings.of(
            IngestConfig.defaults(),
            new KafkaConnection("kafka:9092", Map.of("security.protocol", "SASL_SSL", "sasl.mechanism", "PLAIN"))));

    @Test
    void recordsAreProcessedExactlyOnce() {
        assertThat(settings.getString(StreamsConfig.PROCESSING_GUARANTEE_CONFIG))
                .isEqualTo(StreamsConfig.EXACTLY_ONCE_V2);
        assertThat(settings.getMainConsumerConfigs("g", "c", 1))
                .containsEntry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    }

    @Test
    void theLargestRecordOfATopicCanBeReadAndWritten() {
        assertThat(settings.getProducerConfigs("p"))
                .containsEntry(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.MAX_RECORD_BYTES);
        assertThat(settings.getMainConsumerConfigs("g", "c", 1))
                .containsEntry(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 2 * Topics.MAX_RECORD_BYTES)
                .containsEntry("topic.max.message.bytes", Integer.toString(Topics.MAX_RECORD_BYTES));
    }

    @Test
    void whatTheConnectionNeedsReachesEveryClient() {
        assertThat(settings.getMainConsumerConfigs("g", "c", 1)).containsEntry("security.protocol", "SASL_SSL");
        assertThat(settings.getProducerConfigs("p")).containsEntry("sasl.mechanism", "PLAIN");
        assertThat(settings.getAdminConfigs("a")).containsEntry("bootstrap.servers", "kafka:9092");
    }
}

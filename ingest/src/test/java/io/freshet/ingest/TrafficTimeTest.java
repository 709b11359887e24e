package io.freshet.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class TrafficTimeTest {

    private static final long NOW = 1_000_000;

    private final TrafficTime time = new TrafficTime(new ManualClock(Instant.ofEpochMilli(NOW)));

    @Test
    void aRecordHasItsOwnTime() {
        assertThat(time.extract(at(NOW - 500), NOW)).isEqualTo(NOW - 500);
    }

    @Test
    void aRecordFromTheFutureIsFromNow() {
        assertThat(time.extract(at(NOW + 1), NOW)).isEqualTo(NOW);
    }

    @Test
    void aRecordWithoutATimeIsFromNow() {
        assertThat(time.extract(at(-1), NOW)).isEqualTo(NOW);
    }

    private static ConsumerRecord<Object, Object> at(long timestamp) {
        return new ConsumerRecord<>(
                "t",
                0,
                0,
                timestamp,
                TimestampType.CREATE_TIME,
                0,
                0,
                "key",
                "value",
                new RecordHeaders(),
                Optional.empty());
    }
}

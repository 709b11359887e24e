package io.freshet.trainer.stream;

import io.freshet.protocol.RecordCodec;
import io.freshet.protocol.RecordCodec.MalformedRecordException;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decodes records of topics that others write to as well: one that is malformed is passed over, with a warning. */
public final class RecordLog {

    private static final Logger LOG = LoggerFactory.getLogger(RecordLog.class);

    private RecordLog() {}

    /** The record's value; empty for a tombstone and for a record that is malformed. */
    public static <T> Optional<T> decode(RecordCodec<T> codec, ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(codec.decode(record.value()));
        } catch (MalformedRecordException e) {
            LOG.warn(
                    "Passed over {}-{} at offset {}: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e.getMessage());
            return Optional.empty();
        }
    }
}

package io.freshet.ingest;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.Label;
import io.freshet.protocol.RecordCodec.MalformedRecordException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads labels as they come. */
final class LabelReader {

    private static final Logger LOG = LoggerFactory.getLogger(LabelReader.class);

    private LabelReader() {}

    /** Absent where a label was taken back, or the record is none. */
    static Optional<Label> read(byte @Nullable [] value) {
        if (value == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Codecs.LABEL.decode(value));
        } catch (MalformedRecordException e) {
            LOG.warn("A record that is no label is passed over: {}", e.getMessage());
            return Optional.empty();
        }
    }
}

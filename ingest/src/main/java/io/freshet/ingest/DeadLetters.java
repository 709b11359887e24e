package io.freshet.ingest;

import io.freshet.protocol.DeadLetter;
import io.freshet.protocol.EncodedImage;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Writes dead letters: the record as it came, with the reason in further headers. Where the two together are more than a
 * record carries, the letter goes alone, and says where in the traffic the record lies.
 */
final class DeadLetters extends ContextualProcessor<byte[], Verdict.Refused<?>, byte[], byte[]> {

    @Override
    public void process(Record<byte[], Verdict.Refused<?>> record) {
        Record<byte[], byte[]> original = record.withValue(
                record.value().content().map(EncodedImage::bytes).orElse(null));
        DeadLetter letter = record.value().letter();
        boolean fits = RecordSize.of(original.key(), original.value(), original.headers()) <= RecordSize.LIMIT;
        context().forward(fits ? with(letter, original) : alone(letter, original.timestamp()));
    }

    private static Record<byte[], byte[]> with(DeadLetter letter, Record<byte[], byte[]> original) {
        Headers headers = new RecordHeaders(original.headers());
        letter.writeTo(headers);
        return original.withHeaders(headers);
    }

    private static Record<byte[], byte[]> alone(DeadLetter letter, long timestamp) {
        String detail = letter.detail() + " (and the record is too large to lie here with its reason)";
        Headers headers = new RecordHeaders();
        new DeadLetter(letter.reason(), detail, letter.stage(), letter.origin()).writeTo(headers);
        return new Record<>(null, null, timestamp, headers);
    }
}

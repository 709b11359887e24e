package io.freshet.protocol;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.util.function.Function;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Turns records into Protobuf and back. Thread safe.
 *
 * @param <T> the record
 */
public final class RecordCodec<T> {

    private final Function<T, byte[]> encode;
    private final Function<byte[], T> decode;

    private RecordCodec(Function<T, byte[]> encode, Function<byte[], T> decode) {
        this.encode = encode;
        this.decode = decode;
    }

    static <T, W extends MessageLite> RecordCodec<T> of(
            Function<T, W> toWire, Function<W, T> fromWire, Parser<W> parser) {
        return new RecordCodec<>(value -> toWire.apply(value).toByteArray(), bytes -> {
            try {
                return fromWire.apply(parser.parseFrom(bytes));
            } catch (InvalidProtocolBufferException e) {
                throw new MalformedRecordException("These bytes are not of the schema: " + e.getMessage(), e);
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw new MalformedRecordException("The record does not hold together: " + e.getMessage(), e);
            }
        });
    }

    public byte[] encode(T value) {
        return encode.apply(value);
    }

    /** @throws MalformedRecordException if the bytes are no such record */
    public T decode(byte[] bytes) {
        return decode.apply(bytes);
    }

    public Serializer<T> serializer() {
        return (topic, value) -> value == null ? null : encode.apply(value);
    }

    public Deserializer<T> deserializer() {
        return (topic, bytes) -> bytes == null ? null : decode.apply(bytes);
    }

    public Serde<T> serde() {
        return Serdes.serdeFrom(serializer(), deserializer());
    }

    /** A record that does not say what its topic's schema wants. */
    public static final class MalformedRecordException extends SerializationException {

        private static final long serialVersionUID = 1L;

        MalformedRecordException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}

package io.freshet.protocol.tfrecord;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.freshet.protocol.wire.tensorflow.BytesList;
import io.freshet.protocol.wire.tensorflow.Example;
import io.freshet.protocol.wire.tensorflow.Feature;
import io.freshet.protocol.wire.tensorflow.Features;
import io.freshet.protocol.wire.tensorflow.FloatList;
import io.freshet.protocol.wire.tensorflow.Int64List;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * A {@code tf.train.Example}: features by their names, each a list of bytes, of {@code float32} or of {@code int64}.
 * Immutable.
 */
public final class TfExample {

    private final Example example;

    private TfExample(Example example) {
        this.example = example;
    }

    /** @throws IllegalArgumentException if these bytes are no example */
    public static TfExample parse(byte[] record) {
        try {
            return new TfExample(Example.parseFrom(record));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("The record is no tf.train.Example: " + e.getMessage(), e);
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    public byte[] toBytes() {
        return example.toByteArray();
    }

    /** The names of all features. */
    public Set<String> names() {
        return Set.copyOf(example.getFeatures().getFeatureMap().keySet());
    }

    /** The first bytes of a feature; empty if there are none. */
    public Optional<byte[]> bytes(String name) {
        return feature(name)
                .filter(feature -> feature.getBytesList().getValueCount() > 0)
                .map(feature -> feature.getBytesList().getValue(0).toByteArray());
    }

    /** The same, as text. */
    public Optional<String> text(String name) {
        return bytes(name).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /** All {@code float32} of a feature, in order; none if there is no such feature. */
    public float[] floats(String name) {
        FloatList list = feature(name).map(Feature::getFloatList).orElse(FloatList.getDefaultInstance());
        float[] values = new float[list.getValueCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = list.getValue(i);
        }
        return values;
    }

    /** The first {@code int64} of a feature; empty if there are none. */
    public OptionalLong number(String name) {
        return feature(name).stream()
                .filter(feature -> feature.getInt64List().getValueCount() > 0)
                .mapToLong(feature -> feature.getInt64List().getValue(0))
                .findFirst();
    }

    private Optional<Feature> feature(String name) {
        return Optional.ofNullable(example.getFeatures().getFeatureMap().get(name));
    }

    /** Puts an example together. For one thread at a time. */
    public static final class Builder {

        /** By name, so that one example has one form. */
        private final TreeMap<String, Feature> features = new TreeMap<>();

        private Builder() {}

        public Builder bytes(String name, byte[] value) {
            BytesList list =
                    BytesList.newBuilder().addValue(ByteString.copyFrom(value)).build();
            features.put(name, Feature.newBuilder().setBytesList(list).build());
            return this;
        }

        public Builder text(String name, String value) {
            return bytes(name, value.getBytes(StandardCharsets.UTF_8));
        }

        public Builder floats(String name, float... values) {
            FloatList.Builder list = FloatList.newBuilder();
            for (float value : values) {
                list.addValue(value);
            }
            features.put(name, Feature.newBuilder().setFloatList(list).build());
            return this;
        }

        public Builder number(String name, long value) {
            Int64List list = Int64List.newBuilder().addValue(value).build();
            features.put(name, Feature.newBuilder().setInt64List(list).build());
            return this;
        }

        public TfExample build() {
            return new TfExample(Example.newBuilder()
                    .setFeatures(Features.newBuilder().putAllFeature(features))
                    .build());
        }
    }
}

package io.freshet.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.UnknownFieldSet;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A service of this release and one of an earlier, whose schema is committed, understand each other's records. */
class SchemaEvolutionTest {

    private static final UnlabeledImage IMAGE = new UnlabeledImage(
            ImageId.ofPixels(1, 1, new byte[] {1, 2, 3}),
            new EncodedImage(new byte[] {1, 2}),
            "camera",
            "e1",
            Instant.parse("2026-03-01T10:00:00Z"),
            new TopicPosition(2, 77),
            Optional.of(new Prediction(new ModelVersion("fashion", 3), "bag", .75f, List.of(1f))),
            true,
            .25,
            12,
            "ann");

    @Test
    void anEarlierReaderFindsAllThatItKnowsInARecordOfToday() throws Exception {
        DynamicMessage read = readEarlier(Codecs.UNLABELED_IMAGE.encode(IMAGE));

        assertThat(field(read, "source")).isEqualTo("camera");
        assertThat(field(read, "event_id")).isEqualTo("e1");
        assertThat(field(read, "audit")).isEqualTo(true);
        assertThat(read.getUnknownFields().asMap()).containsOnlyKeys(9, 10, 11);
    }

    @Test
    void whatAnEarlierServiceHandsOnLosesNothing() throws Exception {
        byte[] handedOn = readEarlier(Codecs.UNLABELED_IMAGE.encode(IMAGE)).toByteArray();

        assertThat(Codecs.UNLABELED_IMAGE.decode(handedOn)).isEqualTo(IMAGE);
    }

    @Test
    void aRecordOfAnEarlierWriterIsThatOfAnImageThatNoBudgetCouldKeepOut() throws Exception {
        DynamicMessage written = readEarlier(Codecs.UNLABELED_IMAGE.encode(IMAGE)).toBuilder()
                .setUnknownFields(UnknownFieldSet.getDefaultInstance())
                .build();

        UnlabeledImage read = Codecs.UNLABELED_IMAGE.decode(written.toByteArray());
        assertThat(read.inclusionProbability()).isOne();
        assertThat(read.copies()).isZero();
        assertThat(read.subject()).isEmpty();
        assertThat(read.id()).isEqualTo(IMAGE.id());
        assertThat(read.prediction()).isEqualTo(IMAGE.prediction());
    }

    private static Object field(DynamicMessage message, String name) {
        return message.getField(message.getDescriptorForType().findFieldByName(name));
    }

    private static DynamicMessage readEarlier(byte[] record) throws Exception {
        try (InputStream in = SchemaEvolutionTest.class.getResourceAsStream("/schemas/v1-0.1.0.pb")) {
            FileDescriptorProto schema = FileDescriptorProto.parseFrom(Objects.requireNonNull(in));
            FileDescriptor earlier =
                    FileDescriptor.buildFrom(schema, new FileDescriptor[] {TimestampProto.getDescriptor()});
            Descriptor unlabeled = earlier.findMessageTypeByName("UnlabeledImageRecord");
            return DynamicMessage.parseFrom(unlabeled, record);
        }
    }
}

package io.freshet.protocol;

import com.google.protobuf.ByteString;
import io.freshet.protocol.wire.ErasureRecord;
import java.util.HexFormat;
import java.util.Optional;

/** Turns {@link Erasure}s into their Protobuf form and back. */
final class ErasureCodec {

    private ErasureCodec() {}

    static ErasureRecord toWire(Erasure erasure) {
        ErasureRecord.Builder record = ErasureRecord.newBuilder()
                .setErasedAt(Codecs.toWire(erasure.at()))
                .addAllModels(erasure.models().stream().map(Codecs::toWire).toList())
                .setWhy(erasure.why());
        switch (erasure.target()) {
            case Erasure.Image image ->
                record.setImageId(ByteString.copyFrom(image.id().bytes()));
            case Erasure.Subject subject -> record.setSubjectSha256(toWire(subject));
        }
        erasure.of().ifPresent(subject -> record.setOfSubjectSha256(toWire(subject)));
        return record.build();
    }

    private static ByteString toWire(Erasure.Subject subject) {
        return ByteString.copyFrom(HexFormat.of().parseHex(subject.sha256()));
    }

    static Erasure fromWire(ErasureRecord record) {
        Erasure.Target target = switch (record.getTargetCase()) {
            case IMAGE_ID ->
                new Erasure.Image(ImageId.ofBytes(record.getImageId().toByteArray()));
            case SUBJECT_SHA256 -> subject(record.getSubjectSha256());
            case TARGET_NOT_SET -> throw new IllegalArgumentException("An erasure says what is erased");
        };
        return new Erasure(
                target,
                Codecs.fromWire(record.getErasedAt()),
                record.getOfSubjectSha256().isEmpty()
                        ? Optional.empty()
                        : Optional.of(subject(record.getOfSubjectSha256())),
                record.getModelsList().stream().map(Codecs::fromWire).toList(),
                record.getWhy());
    }

    private static Erasure.Subject subject(ByteString sha256) {
        return new Erasure.Subject(HexFormat.of().formatHex(sha256.toByteArray()));
    }
}

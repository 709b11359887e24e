package io.freshet.ingest;

import io.freshet.protocol.DeadLetter;
import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.Sighting;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.TrafficImage;
import io.freshet.protocol.image.DecodeLimits;
import io.freshet.protocol.image.DecodeResult;
import io.freshet.protocol.image.Fingerprint;
import io.freshet.protocol.image.ImageDecoder;
import io.freshet.protocol.image.PixelImage;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Takes a record of the traffic for an image, or says why it is none. Pure; thread safe. */
final class TrafficInspector {

    /** The stage that dead letters of this class name. */
    static final String STAGE = "decode";

    /** The reason when an image with its headers is more than a record can carry. */
    static final String OVERSIZE = "oversize";

    /** Decoders quote what they stumbled over, which a stranger wrote. */
    private static final int MAX_DETAIL = 500;

    private static final byte[] NOTHING = new byte[0];

    private final ImageDecoder decoder;
    private final int keptSide;
    private final AuditSample audit;

    /** @param keptSide the longest side of an image that is kept: its id is that of the pixels that are kept */
    TrafficInspector(DecodeLimits limits, int keptSide, AuditSample audit) {
        this.decoder = new ImageDecoder(limits);
        this.keptSide = keptSide;
        this.audit = audit;
    }

    /**
     * @param value of the record
     * @param timestamp of the record
     * @param origin where it lies in the traffic
     */
    Verdict<LocatedSighting> inspect(
            byte @Nullable [] value, Headers headers, Instant timestamp, TopicPosition origin) {
        byte[] bytes = value == null ? NOTHING : value;
        DecodeResult result = decoder.decode(bytes);
        return switch (result) {
            case DecodeResult.Decoded decoded ->
                accept(
                        decoded.image().within(keptSide),
                        TrafficImage.read(new EncodedImage(bytes), headers, timestamp),
                        RecordSize.of(null, bytes, headers),
                        origin);
            case DecodeResult.Refused refused ->
                refuse(
                        Optional.ofNullable(value).map(EncodedImage::new),
                        refused.reason().code(),
                        refused.detail(),
                        origin);
        };
    }

    private Verdict<LocatedSighting> accept(PixelImage pixels, TrafficImage traffic, long size, TopicPosition origin) {
        if (size > RecordSize.LIMIT) {
            String detail = size + " bytes with what its headers say, and a record carries at most " + RecordSize.LIMIT;
            return refuse(Optional.of(traffic.content()), OVERSIZE, detail, origin);
        }
        ImageId id = pixels.id();
        Fingerprint.Located located = Fingerprint.locate(pixels);
        return new Verdict.Accepted<>(new LocatedSighting(
                new Sighting(
                        id,
                        traffic.content(),
                        traffic.source(),
                        traffic.eventId(),
                        traffic.time(),
                        origin,
                        traffic.prediction(),
                        audit.contains(id),
                        located.fingerprint(),
                        traffic.subject()),
                located.cells()));
    }

    private static Verdict<LocatedSighting> refuse(
            Optional<EncodedImage> content, String reason, String detail, TopicPosition origin) {
        String shown = detail.length() <= MAX_DETAIL ? detail : detail.substring(0, MAX_DETAIL) + "…";
        return new Verdict.Refused<>(content, new DeadLetter(reason, shown, STAGE, origin));
    }
}

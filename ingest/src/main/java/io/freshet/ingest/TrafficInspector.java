package io.freshet.ingest;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.DeadLetter;
import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.TrafficImage;
import io.freshet.protocol.UnlabeledImage;
import io.freshet.protocol.image.DecodeLimits;
import io.freshet.protocol.image.DecodeResult;
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

    /** The reason when an image, decoded, is more than a record can carry. */
    static final String OVERSIZE = "oversize";

    /** Decoders quote what they stumbled over, which a stranger wrote. */
    private static final int MAX_DETAIL = 500;

    private static final byte[] NOTHING = new byte[0];

    private final ImageDecoder decoder;
    private final AuditSample audit;

    TrafficInspector(DecodeLimits limits, AuditSample audit) {
        this.decoder = new ImageDecoder(limits);
        this.audit = audit;
    }

    /**
     * @param value of the record
     * @param timestamp of the record
     * @param origin where it lies in the traffic
     */
    Verdict inspect(byte @Nullable [] value, Headers headers, Instant timestamp, TopicPosition origin) {
        byte[] bytes = value == null ? NOTHING : value;
        DecodeResult result = decoder.decode(bytes);
        return switch (result) {
            case DecodeResult.Decoded decoded ->
                accept(decoded.image(), TrafficImage.read(new EncodedImage(bytes), headers, timestamp), origin);
            case DecodeResult.Refused refused ->
                refuse(
                        Optional.ofNullable(value).map(EncodedImage::new),
                        refused.reason().code(),
                        refused.detail(),
                        origin);
        };
    }

    private Verdict accept(PixelImage pixels, TrafficImage traffic, TopicPosition origin) {
        ImageId id = pixels.id();
        UnlabeledImage image = new UnlabeledImage(
                id,
                pixels.toPng(),
                traffic.source(),
                traffic.eventId(),
                traffic.time(),
                origin,
                traffic.prediction(),
                audit.contains(id));
        int size = Codecs.UNLABELED_IMAGE.encode(image).length;
        if (size > RecordSize.LIMIT) {
            String detail =
                    size + " bytes as PNG with what its headers say, and a record carries at most " + RecordSize.LIMIT;
            return refuse(Optional.of(traffic.content()), OVERSIZE, detail, origin);
        }
        return new Verdict.Accepted(image);
    }

    private static Verdict refuse(Optional<EncodedImage> content, String reason, String detail, TopicPosition origin) {
        String shortened = detail.length() <= MAX_DETAIL ? detail : detail.substring(0, MAX_DETAIL) + "…";
        return new Verdict.Refused(content, new DeadLetter(reason, shortened, STAGE, origin));
    }
}

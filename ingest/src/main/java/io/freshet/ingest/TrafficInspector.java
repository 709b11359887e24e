package io.freshet.ingest;

import io.freshet.protocol.DeadLetter;
import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.Sighting;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.TrafficImage;
import io.freshet.protocol.claim.FetchResult;
import io.freshet.protocol.claim.ImageReference;
import io.freshet.protocol.claim.ImageStore;
import io.freshet.protocol.image.DecodeLimits;
import io.freshet.protocol.image.DecodeResult;
import io.freshet.protocol.image.Fingerprint;
import io.freshet.protocol.image.ImageDecoder;
import io.freshet.protocol.image.PixelImage;
import io.freshet.protocol.image.PixelStatistics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Takes a record of the traffic for an image, or says why it is none: the image that it carries, or the one that it refers
 * to. Thread safe.
 */
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
    private final Optional<ImageStore> store;
    private final int maxBytes;

    /**
     * @param keptSide the longest side of an image that is kept: its id is that of the pixels that are kept
     * @param store where references lead; absent if none is taken
     */
    TrafficInspector(DecodeLimits limits, int keptSide, AuditSample audit, Optional<ImageStore> store) {
        this.decoder = new ImageDecoder(limits);
        this.keptSide = keptSide;
        this.audit = audit;
        this.store = store;
        this.maxBytes = limits.maxBytes();
    }

    /**
     * @param value of the record
     * @param timestamp of the record
     * @param origin where it lies in the traffic
     * @throws UncheckedIOException if the image store cannot be reached: the same may work later
     */
    Verdict<LocatedSighting> inspect(
            byte @Nullable [] value, Headers headers, Instant timestamp, TopicPosition origin) {
        byte[] bytes = value == null ? NOTHING : value;
        Optional<ImageReference> reference = bytes.length == 0 ? ImageReference.read(headers) : Optional.empty();
        if (reference.isPresent()) {
            return switch (fetch(reference.get())) {
                case FetchResult.Found found ->
                    inspect(value, found.content().bytes(), reference.get().location(), headers, timestamp, origin);
                case FetchResult.Refused refused ->
                    refuse(
                            Optional.ofNullable(value).map(EncodedImage::new),
                            refused.reason().code(),
                            refused.detail(),
                            origin);
            };
        }
        return inspect(value, bytes, "", headers, timestamp, origin);
    }

    private FetchResult fetch(ImageReference reference) {
        if (store.isEmpty()) {
            return new FetchResult.Refused(
                    FetchResult.Reason.UNUSABLE,
                    "'" + reference.location() + "' is a reference, and ingest has no image store");
        }
        try {
            return store.get().fetch(reference, maxBytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @param bytes of the image file
     * @param location of the file in the image store, empty if the record carries it itself
     */
    private Verdict<LocatedSighting> inspect(
            byte @Nullable [] value,
            byte[] bytes,
            String location,
            Headers headers,
            Instant timestamp,
            TopicPosition origin) {
        DecodeResult result = decoder.decode(bytes);
        return switch (result) {
            case DecodeResult.Decoded decoded ->
                accept(
                        decoded.image().within(keptSide),
                        TrafficImage.read(new EncodedImage(bytes), headers, timestamp),
                        headers,
                        location,
                        origin);
            case DecodeResult.Refused refused ->
                refuse(
                        Optional.ofNullable(value).map(EncodedImage::new),
                        refused.reason().code(),
                        refused.detail(),
                        origin);
        };
    }

    private Verdict<LocatedSighting> accept(
            PixelImage pixels, TrafficImage traffic, Headers headers, String location, TopicPosition origin) {
        EncodedImage content = traffic.content();
        if (!location.isEmpty() && RecordSize.of(null, content.bytes(), headers) > RecordSize.LIMIT) {
            content = pixels.toPng(); // of the side that is kept, which fits: the store is asked only once
        }
        long size = RecordSize.of(null, content.bytes(), headers);
        if (size > RecordSize.LIMIT) {
            String detail = size + " bytes with what its headers say, and a record carries at most " + RecordSize.LIMIT;
            return refuse(Optional.of(traffic.content()), OVERSIZE, detail, origin);
        }
        ImageId id = pixels.id();
        Fingerprint.Located located = Fingerprint.locate(pixels);
        return new Verdict.Accepted<>(new LocatedSighting(
                new Sighting(
                        id,
                        content,
                        traffic.source(),
                        traffic.eventId(),
                        traffic.time(),
                        origin,
                        traffic.prediction(),
                        audit.contains(id),
                        located.fingerprint(),
                        traffic.subject(),
                        location,
                        traffic.prediction().isPresent() ? Optional.empty() : Optional.of(PixelStatistics.of(pixels))),
                located.cells()));
    }

    private static Verdict<LocatedSighting> refuse(
            Optional<EncodedImage> content, String reason, String detail, TopicPosition origin) {
        String shown = detail.length() <= MAX_DETAIL ? detail : detail.substring(0, MAX_DETAIL) + "…";
        return new Verdict.Refused<>(content, new DeadLetter(reason, shown, STAGE, origin));
    }
}

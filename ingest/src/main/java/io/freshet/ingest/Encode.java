package io.freshet.ingest;

import io.freshet.ingest.budget.ChosenSighting;
import io.freshet.protocol.DeadLetter;
import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.Sighting;
import io.freshet.protocol.UnlabeledImage;
import io.freshet.protocol.image.DecodeLimits;
import io.freshet.protocol.image.DecodeResult;
import io.freshet.protocol.image.ImageDecoder;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Gives the images that came through their one form: upright, within the longest side, without metadata, as PNG. They are
 * decoded a second time for it: of a firehose few come so far.
 */
final class Encode extends ContextualProcessor<Integer, ChosenSighting, byte[], Verdict<UnlabeledImage>> {

    /** The stage that dead letters of this class name. */
    static final String STAGE = "encode";

    /** It was in time once; on a machine that is busier now it may take longer, and shall not be refused for that. */
    private static final int PATIENCE = 10;

    private final ImageDecoder decoder;
    private final int keptSide;
    private final IngestMetrics metrics;

    Encode(DecodeLimits limits, int keptSide, IngestMetrics metrics) {
        this.decoder = new ImageDecoder(new DecodeLimits(
                limits.maxBytes(),
                limits.maxSide(),
                limits.maxPixels(),
                limits.maxTime().multipliedBy(PATIENCE)));
        this.keptSide = keptSide;
        this.metrics = metrics;
    }

    @Override
    public void process(Record<Integer, ChosenSighting> record) {
        Sighting sighting = record.value().sighting();
        DecodeResult result = decoder.decode(sighting.content().bytes());
        Verdict<UnlabeledImage> verdict = switch (result) {
            case DecodeResult.Decoded decoded ->
                accept(record.value(), decoded.image().within(keptSide).toPng());
            case DecodeResult.Refused refused -> refuse(sighting, refused);
        };
        context().forward(record.withKey(sighting.id().bytes()).withValue(verdict));
    }

    private Verdict<UnlabeledImage> accept(ChosenSighting chosen, EncodedImage png) {
        Sighting sighting = chosen.sighting();
        UnlabeledImage image = new UnlabeledImage(
                sighting.id(),
                png,
                sighting.source(),
                sighting.eventId(),
                sighting.observedAt(),
                sighting.traffic(),
                sighting.prediction(),
                sighting.audit(),
                chosen.chance(),
                chosen.copies(),
                sighting.subject(),
                sighting.location());
        metrics.kept(image);
        return new Verdict.Accepted<>(image);
    }

    private Verdict<UnlabeledImage> refuse(Sighting sighting, DecodeResult.Refused refused) {
        String reason = refused.reason().code();
        metrics.refused(reason);
        return new Verdict.Refused<>(
                Optional.of(sighting.content()), new DeadLetter(reason, refused.detail(), STAGE, sighting.traffic()));
    }
}

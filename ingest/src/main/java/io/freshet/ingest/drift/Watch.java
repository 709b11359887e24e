package io.freshet.ingest.drift;

import java.time.Instant;
import java.util.Optional;

/**
 * How far the watch over one version has come. Its first observations fill the reference; from then on they fill one
 * window after the other, each of which is judged when it is full. They come several at a time, so either may be a little
 * longer than configured.
 *
 * @param sketchLength dimensions of its sketches, by the first observation
 * @param reference observations in the reference
 * @param window observations in the window that fills
 * @param windowBegan when the first image of that window was observed
 * @param drifting windows that drifted, one after the other, up to the last judged
 * @param driftingSince when the first image of the first of these was observed; of no meaning while there are none
 * @param lastAlarm absent before the first
 */
record Watch(
        int sketchLength,
        int reference,
        int window,
        Instant windowBegan,
        int drifting,
        Instant driftingSince,
        Instant lastSeen,
        Optional<Instant> lastAlarm) {

    /** Where observations are kept; what the window held is forgotten when it begins anew. */
    enum Part {
        REFERENCE,
        WINDOW
    }

    static Watch begin(int sketchLength, Instant now) {
        return new Watch(sketchLength, 0, 0, now, 0, now, now, Optional.empty());
    }

    /** Of the next observations. */
    Part next(DriftConfig config) {
        return reference < config.reference() ? Part.REFERENCE : Part.WINDOW;
    }

    /**
     * After observations, kept in the next part.
     *
     * @param at when the first image of them was observed
     */
    Watch observed(DriftConfig config, int count, Instant at, Instant now) {
        if (next(config) == Part.REFERENCE) {
            return new Watch(
                    sketchLength, reference + count, window, windowBegan, drifting, driftingSince, now, lastAlarm);
        }
        Instant began = window == 0 ? at : windowBegan;
        return new Watch(sketchLength, reference, window + count, began, drifting, driftingSince, now, lastAlarm);
    }

    boolean isWindowFull(DriftConfig config) {
        return window >= config.window();
    }

    /** After the full window was judged: it is emptied. */
    Watch judged(boolean windowDrifts) {
        return new Watch(
                sketchLength,
                reference,
                0,
                windowBegan,
                windowDrifts ? drifting + 1 : 0,
                drifting == 0 ? windowBegan : driftingSince,
                lastSeen,
                lastAlarm);
    }

    /** Whether enough windows drift, and the last alarm lies far enough back. */
    boolean callsForAlarm(DriftConfig config, Instant now) {
        return drifting >= config.consecutive()
                && lastAlarm.map(at -> !now.isBefore(at.plus(config.rearm()))).orElse(true);
    }

    Watch alarmed(Instant now) {
        return new Watch(
                sketchLength, reference, window, windowBegan, drifting, driftingSince, lastSeen, Optional.of(now));
    }
}

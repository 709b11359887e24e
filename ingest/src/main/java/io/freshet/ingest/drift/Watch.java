package io.freshet.ingest.drift;

import java.time.Instant;
import java.util.Optional;

/**
 * How far the watch over one version has come. Its first observations fill the reference; from then on they fill one
 * window after the other, each of which is judged when it is full.
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

    /** Where an observation is kept. The slots of the window are used again and again. */
    record Slot(Part part, int index) {}

    enum Part {
        REFERENCE,
        WINDOW
    }

    static Watch begin(int sketchLength, Instant now) {
        return new Watch(sketchLength, 0, 0, now, 0, now, now, Optional.empty());
    }

    /** Of the next observation. */
    Slot nextSlot(DriftConfig config) {
        return fillsReference(config) ? new Slot(Part.REFERENCE, reference) : new Slot(Part.WINDOW, window);
    }

    /**
     * After an observation, kept in the next slot.
     *
     * @param at when its image was observed
     */
    Watch observed(DriftConfig config, Instant at, Instant now) {
        if (fillsReference(config)) {
            return new Watch(sketchLength, reference + 1, window, windowBegan, drifting, driftingSince, now, lastAlarm);
        }
        Instant began = window == 0 ? at : windowBegan;
        return new Watch(sketchLength, reference, window + 1, began, drifting, driftingSince, now, lastAlarm);
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

    private boolean fillsReference(DriftConfig config) {
        return reference < config.reference();
    }
}

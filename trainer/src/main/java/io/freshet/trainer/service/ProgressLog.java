package io.freshet.trainer.service;

import io.freshet.trainer.learning.TrainingProgress;
import io.freshet.trainer.round.RoundProgress;
import java.time.Duration;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a line of progress to the log now and then, and tells the next one of each step. */
final class ProgressLog implements RoundProgress {

    private static final Logger LOG = LoggerFactory.getLogger(ProgressLog.class);
    private static final Duration EVERY = Duration.ofSeconds(10);

    private final RoundProgress next;

    ProgressLog(RoundProgress next) {
        this.next = next;
    }

    @Override
    public TrainingProgress of(Role role) {
        return new Lines(role.name().toLowerCase(Locale.ROOT), next.of(role));
    }

    private static final class Lines implements TrainingProgress {

        private final String role;
        private final TrainingProgress next;
        private long written = System.nanoTime();
        private long imagesSince;

        Lines(String role, TrainingProgress next) {
            this.role = role;
            this.next = next;
        }

        @Override
        public void stepped(int taken, int steps, double loss, int images) {
            next.stepped(taken, steps, loss, images);
            imagesSince += images;
            long now = System.nanoTime();
            if (now - written >= EVERY.toNanos() || taken == steps) {
                LOG.info(
                        "Training the {}: step {} of {}, loss {}, {} images/s",
                        role,
                        taken,
                        steps,
                        String.format(Locale.ROOT, "%.3f", loss),
                        Math.round(imagesSince * 1e9 / Math.max(1, now - written)));
                written = now;
                imagesSince = 0;
            }
        }
    }
}

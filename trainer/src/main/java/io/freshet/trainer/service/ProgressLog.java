package io.freshet.trainer.service;

import io.freshet.trainer.learning.TrainingProgress;
import io.freshet.trainer.round.RoundProgress;
import java.time.Duration;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a line of progress to the log now and then, with how busy the machine is, and tells the next one of each step. */
final class ProgressLog implements RoundProgress {

    private static final Logger LOG = LoggerFactory.getLogger(ProgressLog.class);
    private static final Duration EVERY = Duration.ofSeconds(10);

    private final RoundProgress next;

    ProgressLog(RoundProgress next) {
        this.next = next;
    }

    @Override
    public TrainingProgress of(Role role) {
        String what = switch (role) {
            case SEARCH -> "Looking for hyper-parameters";
            case STUDENT -> "Training the student";
            case CONTROL -> "Training the control";
        };
        return new Lines(what, next.of(role));
    }

    private static final class Lines implements TrainingProgress {

        private final String what;
        private final TrainingProgress next;
        private final Utilisation utilisation = new Utilisation();
        private long written = System.nanoTime();
        private long imagesSince;

        Lines(String what, TrainingProgress next) {
            this.what = what;
            this.next = next;
        }

        @Override
        public void stepped(int taken, int steps, double loss, int images) {
            next.stepped(taken, steps, loss, images);
            imagesSince += images;
            long now = System.nanoTime();
            if (now - written >= EVERY.toNanos() || taken == steps) {
                LOG.info(
                        "{}: step {} of {}, loss {}, {} images/s, {}",
                        what,
                        taken,
                        steps,
                        String.format(Locale.ROOT, "%.3f", loss),
                        Math.round(imagesSince * 1e9 / Math.max(1, now - written)),
                        utilisation.next());
                written = now;
                imagesSince = 0;
            }
        }
    }
}

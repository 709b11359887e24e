package io.freshet.standalone.cli;

import io.freshet.trainer.learning.TrainingProgress;
import io.freshet.trainer.training.TrainListener;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Says in a terminal how training goes. */
final class TrainConsole implements TrainListener {

    private static final Duration EVERY = Duration.ofSeconds(5);

    private final PrintStream out;

    TrainConsole(PrintStream out) {
        this.out = out;
    }

    @Override
    public void say(String line) {
        out.println(line);
    }

    @Override
    public TrainingProgress progress(String part) {
        return new Lines(part);
    }

    private final class Lines implements TrainingProgress {

        private final String part;
        private long written;
        private long images;

        Lines(String part) {
            this.part = part;
        }

        @Override
        public void stepped(int taken, int steps, double loss, int more) {
            long now = System.nanoTime();
            if (written == 0) {
                written = now; // what comes before the first step is no training
                return;
            }
            images += more;
            if (now - written >= EVERY.toNanos()) {
                out.println(String.format(
                        Locale.ROOT,
                        "    %s: step %d of %d, loss %.3f, %d images/s",
                        part,
                        taken,
                        steps,
                        loss,
                        Math.round(images * 1e9 / (now - written))));
                written = now;
                images = 0;
            }
        }
    }
}

package io.freshet.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.trainer.learning.TrainingProgress;
import io.freshet.trainer.training.History.Curve;
import io.freshet.trainer.training.History.Point;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryLogTest {

    private static final TrainingProgress SILENT = (taken, steps, loss, images) -> {};

    @TempDir
    Path folder;

    @Test
    void aPointIsTheMeanLossOfItsSteps() throws Exception {
        HistoryLog log = new HistoryLog(folder.resolve("history"));
        TrainingProgress progress = log.of("supervised", SILENT);
        progress.stepped(1, 80, 3, 64);
        progress.stepped(2, 80, 2, 64);
        progress.stepped(3, 80, 9, 64);
        progress.stepped(4, 80, 1, 64);
        List<Curve> curves = log.read();
        assertThat(curves).hasSize(1);
        assertThat(curves.getFirst().part()).isEqualTo("supervised");
        assertThat(curves.getFirst().points()).extracting(Point::step).containsExactly(2, 4);
        assertThat(curves.getFirst().points()).extracting(Point::loss).containsExactly(2.5, 5.0);
    }

    @Test
    void stepsThatAreTakenAgainAfterAKillStandOnce() throws Exception {
        Path file = folder.resolve("history");
        HistoryLog before = new HistoryLog(file);
        TrainingProgress first = before.of("supervised", SILENT);
        first.stepped(1, 4, 3, 64);
        first.stepped(2, 4, 2, 64);
        Files.writeString(file, "supervised\t3\t1", StandardOpenOption.APPEND); // the kill
        Files.writeString(file, "\n", StandardOpenOption.APPEND);
        HistoryLog after = new HistoryLog(file);
        TrainingProgress again = after.of("supervised", SILENT);
        again.stepped(2, 4, 2, 64);
        again.stepped(3, 4, 1, 64);
        assertThat(after.read().getFirst().points())
                .extracting(Point::step, Point::loss)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(1, 3.0),
                        org.assertj.core.groups.Tuple.tuple(2, 2.0),
                        org.assertj.core.groups.Tuple.tuple(3, 1.0));
    }
}

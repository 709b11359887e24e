package io.freshet.trainer.training;

import io.freshet.trainer.learning.TrainingProgress;
import io.freshet.trainer.training.History.Curve;
import io.freshet.trainer.training.History.Point;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The losses of all parts, a line a stretch of steps in a file, so that a run that goes on has those of before. Steps that are
 * taken again, from a checkpoint, stand once. For one thread.
 */
final class HistoryLog {

    private static final int POINTS = 40;

    private final Path file;

    HistoryLog(Path file) {
        this.file = file;
    }

    /** Notes the steps of a part, and tells the next one of each. */
    TrainingProgress of(String part, TrainingProgress next) {
        return new Notes(part, next);
    }

    List<Curve> read() throws IOException {
        Map<String, TreeMap<Integer, Point>> curves = new LinkedHashMap<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                String[] words = line.split("\t", -1);
                if (words.length == 4) { // else it was cut off by a kill
                    Point point = new Point(
                            Integer.parseInt(words[1]), Double.parseDouble(words[2]), Double.parseDouble(words[3]));
                    curves.computeIfAbsent(words[0], part -> new TreeMap<>()).put(point.step(), point);
                }
            }
        }
        List<Curve> read = new ArrayList<>();
        curves.forEach((part, points) -> read.add(new Curve(part, List.copyOf(points.values()))));
        return read;
    }

    private final class Notes implements TrainingProgress {

        private final String part;
        private final TrainingProgress next;
        private long since = System.nanoTime();
        private double losses;
        private int count;
        private long seen;

        Notes(String part, TrainingProgress next) {
            this.part = part;
            this.next = next;
        }

        @Override
        public void stepped(int taken, int steps, double loss, int images) {
            next.stepped(taken, steps, loss, images);
            losses += loss;
            count++;
            seen += images;
            if (taken % Math.max(1, steps / POINTS) == 0 || taken == steps) {
                long now = System.nanoTime();
                write(taken, losses / count, seen * 1e9 / Math.max(1, now - since));
                since = now;
                losses = 0;
                count = 0;
                seen = 0;
            }
        }

        private void write(int step, double loss, double imagesPerSecond) {
            try {
                Files.writeString(
                        file,
                        part + "\t" + step + "\t" + loss + "\t" + Math.round(imagesPerSecond) + "\n",
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            } catch (ClosedByInterruptException e) {
                Thread.currentThread().interrupt(); // training is about to stop, and takes this stretch again
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot write to " + file, e);
            }
        }
    }
}

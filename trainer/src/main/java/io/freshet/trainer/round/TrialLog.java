package io.freshet.trainer.round;

import io.freshet.protocol.round.Score;
import io.freshet.protocol.round.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The trials of a round's candidates, on disk: what was seen once decides, also after a kill, though the audit sample has
 * grown meanwhile. Not thread safe.
 */
final class TrialLog {

    private final Path file;
    private final List<Trial> trials = new ArrayList<>();

    private TrialLog(Path file) {
        this.file = file;
    }

    /** Reads the trials so far, if there are any. */
    static TrialLog open(Path file) throws IOException {
        TrialLog log = new TrialLog(file);
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                log.trials.add(parse(line));
            }
        }
        return log;
    }

    List<Trial> trials() {
        return List.copyOf(trials);
    }

    /** The trial of a candidate after so many steps, if it has been made. */
    Optional<Trial> find(Candidate candidate, int steps) {
        return trials.stream()
                .filter(trial -> trial.candidate().equals(candidate.label()) && trial.steps() == steps)
                .findFirst();
    }

    void add(Trial trial) throws IOException {
        trials.add(trial);
        Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
        Files.write(unfinished, trials.stream().map(TrialLog::format).toList());
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String format(Trial trial) {
        Score score = trial.score();
        return String.join(
                " ",
                trial.candidate(),
                Integer.toString(trial.steps()),
                Integer.toString(score.auditErrors()),
                Integer.toString(score.auditImages()),
                Integer.toString(score.anchorErrors()),
                Integer.toString(score.anchorImages()));
    }

    private static Trial parse(String line) throws IOException {
        try {
            String[] words = line.split(" ", -1);
            return new Trial(
                    words[0],
                    Integer.parseInt(words[1]),
                    new Score(
                            Integer.parseInt(words[2]),
                            Integer.parseInt(words[3]),
                            Integer.parseInt(words[4]),
                            Integer.parseInt(words[5])));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IOException("This is no trial of a candidate: '" + line + "'", e);
        }
    }
}

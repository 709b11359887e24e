package io.freshet.trainer.round;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.protocol.bundle.FileTree;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.learning.TrainingConfig;
import io.freshet.trainer.tuning.SearchBudget;
import io.freshet.trainer.tuning.Setting;
import io.freshet.trainer.tuning.Tuner;
import io.freshet.trainer.tuning.Tuning;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for the hyper-parameters of the first model, on the labeled images, before it is trained. Where there is nothing to
 * look for they are as configured, as those of students are.
 */
final class SettingsSearch {

    private static final Logger LOG = LoggerFactory.getLogger(SettingsSearch.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

    /** Of the seeds of a round. */
    private static final int SEARCH = 8;

    private final boolean wanted;
    private final RoundConfig config;
    private final Map<String, Object> configuration;
    private final RoundProgress progress;

    /**
     * How a round trains.
     *
     * @param configuration the same as the lineage states it
     */
    record Settings(RoundConfig config, Map<String, Object> configuration) {}

    /**
     * Looks for settings.
     *
     * @param wanted whether anything is looked for, or all is as configured
     * @param configuration as lineages state {@code config}, among other things
     */
    SettingsSearch(boolean wanted, RoundConfig config, Map<String, Object> configuration, RoundProgress progress) {
        this.wanted = wanted;
        this.config = config;
        this.configuration = configuration;
        this.progress = progress;
    }

    /**
     * The settings of a round that has been labelled.
     *
     * @throws InterruptedException if the thread is interrupted; a search that is stopped begins again
     */
    Settings of(Round round, RoundFolder folder, LabeledImages labeled) throws IOException, InterruptedException {
        if (!wanted || round.snapshot().champion().isPresent()) {
            return new Settings(config, configuration);
        }
        Optional<TrainingConfig> before = folder.readInitial();
        TrainingConfig initial = before.isPresent() ? before.get() : find(round, folder, labeled);
        if (before.isEmpty()) {
            folder.writeInitial(initial);
        }
        return new Settings(config.with(initial, config.student()), stated(initial));
    }

    private Map<String, Object> stated(TrainingConfig initial) {
        Map<String, Object> rounds = new HashMap<>();
        if (configuration.get("rounds") instanceof Map<?, ?> configured) {
            configured.forEach((key, value) -> rounds.put(String.valueOf(key), value));
        }
        rounds.put("initial", JSON.convertValue(initial, MAP));
        Map<String, Object> stated = new HashMap<>(configuration);
        stated.put("rounds", rounds);
        return stated;
    }

    private TrainingConfig find(Round round, RoundFolder folder, LabeledImages labeled)
            throws IOException, InterruptedException {
        TrainingConfig initial = config.initial();
        int units = Math.ceilDiv(initial.steps() * initial.batchSize(), Setting.UNIT);
        if (config.initialModel().isPresent() || config.initFrom().isPresent()) {
            return configured(
                    "the weights that the first model begins from are given, and a search would draw them anew");
        }
        if (units < SearchBudget.FEWEST_STEPS) {
            return configured(units + " steps are too few to look for any");
        }
        Optional<Tuning> tuning = search(round, folder, labeled, units);
        return tuning.isPresent()
                ? tuning.get().applyTo(initial)
                : configured("there are too few labeled images to compare any on");
    }

    private TrainingConfig configured(String why) {
        LOG.info("Hyper-parameters are taken as they are configured: {}", why);
        return config.initial();
    }

    private Optional<Tuning> search(Round round, RoundFolder folder, LabeledImages labeled, int units)
            throws IOException, InterruptedException {
        LOG.info(
                "Looking for hyper-parameters, in {} steps of {} images and those that stopping takes",
                units,
                Setting.UNIT);
        Path scratch = folder.search();
        FileTree.delete(scratch);
        Optional<Tuning> tuning = new Tuner(
                        SearchBudget.of(units),
                        config.initial(),
                        config.smoothing(),
                        config.sessions(),
                        round.seed(SEARCH),
                        progress.of(RoundProgress.Role.SEARCH))
                .run(folder.model(Candidate.SCRATCH), labeled, scratch);
        FileTree.delete(scratch);
        tuning.ifPresent(found -> found.lines().forEach(LOG::info));
        return tuning;
    }
}

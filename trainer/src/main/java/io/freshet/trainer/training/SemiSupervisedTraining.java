package io.freshet.trainer.training;

import io.freshet.protocol.ImageId;
import io.freshet.protocol.bundle.FileTree;
import io.freshet.protocol.bundle.FolderModelStore;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.learning.TrainingConfig;
import io.freshet.trainer.learning.TrainingProgress;
import io.freshet.trainer.model.Noise;
import io.freshet.trainer.registry.ModelVersions;
import io.freshet.trainer.round.AuditImages;
import io.freshet.trainer.round.Candidate;
import io.freshet.trainer.round.ChoosingImages;
import io.freshet.trainer.round.OfflineRounds;
import io.freshet.trainer.round.OfflineRounds.Outcome;
import io.freshet.trainer.round.RoundConfig;
import io.freshet.trainer.round.RoundProgress;
import io.freshet.trainer.round.WorkFolder;
import io.freshet.trainer.training.History.RoundSummary;
import io.freshet.trainer.training.Samples.Sheet;
import io.freshet.trainer.training.Waterfall.Part;
import io.freshet.trainer.tuning.SearchBudget;
import io.freshet.trainer.tuning.Setting;
import io.freshet.trainer.tuning.Tuner;
import io.freshet.trainer.tuning.Tuning;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Training in one call: hyper-parameters are looked for, a network learns from labeled images, then rounds weigh ways of
 * learning from the unlabeled ones beside a control of the same steps on labels alone, and what is left is the best model.
 * Where unlabeled images do not help, that is the supervised one.
 *
 * <p>The same request gives the same model. A run that was stopped goes on if it is asked for again. For one thread.
 */
public final class SemiSupervisedTraining {

    private final TrainListener listener;
    private final Clock clock;

    public SemiSupervisedTraining(TrainListener listener, Clock clock) {
        this.listener = listener;
        this.clock = clock;
    }

    /**
     * Trains.
     *
     * @throws IOException if the folder holds another run, or the disk fails
     * @throws InterruptedException if the thread is interrupted, after a checkpoint
     */
    public TrainResult run(TrainRequest request) throws IOException, InterruptedException {
        RunFolder folder = new RunFolder(request.folder());
        if (folder.claim(request.fingerprint())) {
            listener.say("Going on with what was begun in " + request.folder());
        }
        Samples samples = Samples.of(request);
        HistoryLog log = new HistoryLog(folder.work().resolve("history"));
        ReferenceRuns references = new ReferenceRuns(folder.work(), request.material(), request.config(), samples);
        Optional<Tuning> tuning = search(request, folder, references);
        RoundConfig config = tuning.map(found -> tuned(request.config(), found)).orElseGet(() -> configured(request));
        Rows rows = new Rows();
        addReferences(request, config, references, log, rows);
        Rounds rounds = new Rounds(
                request, config, tuning.isPresent() ? "+ tuning" : "+ regularisation", folder, log, samples, rows);
        Waterfall waterfall = rounds.run();
        History history = new History(log.read(), rounds.summaries);
        folder.finish(history, waterfall);
        return new TrainResult(rounds.model(folder), rounds.helped, waterfall.verdict(), tuning, history, waterfall);
    }

    private Optional<Tuning> search(TrainRequest request, RunFolder folder, ReferenceRuns references)
            throws IOException, InterruptedException {
        if (!request.search()) {
            listener.say("Hyper-parameters are taken as they are configured");
            return Optional.empty();
        }
        Optional<Tuning> before = folder.readTuning();
        if (before.isPresent()) {
            return before;
        }
        listener.say("Looking for hyper-parameters, in " + request.steps() + " steps of " + Setting.UNIT
                + " images and those that stopping takes");
        Path scratch = folder.work().resolve("search");
        FileTree.delete(scratch);
        RoundConfig config = request.config();
        Optional<Tuning> found = new Tuner(
                        SearchBudget.of(request.steps()),
                        config.initial(),
                        config.smoothing(),
                        config.sessions(),
                        (config.seed() * 31L) & 0xffff_ffffL,
                        listener.progress("search"))
                .run(
                        references.network(config.initialArchitecture()),
                        request.material().labeled(),
                        scratch);
        FileTree.delete(scratch);
        if (found.isEmpty()) {
            listener.say("There are too few labeled images to compare hyper-parameters on: they are taken as they are"
                    + " configured");
            return found;
        }
        found.get().lines().forEach(listener::say);
        folder.write(found.get());
        return found;
    }

    /**
     * Students keep their settings: they begin from trained weights and learn by their noise, which a search on labels alone does
     * not see.
     */
    private static RoundConfig tuned(RoundConfig config, Tuning tuning) {
        TrainingConfig student = config.student();
        int asManyImages = Math.ceilDiv(tuning.units() * Setting.UNIT, student.batchSize());
        return config.with(tuning.applyTo(config.initial()), student.withSteps(asManyImages));
    }

    private static RoundConfig configured(TrainRequest request) {
        RoundConfig config = request.config();
        return config.with(
                config.initial().withSteps(request.steps()), config.student().withSteps(request.steps()));
    }

    /** At as many images as the supervised model will see: first a small network, then the one that is wanted. */
    private void addReferences(
            TrainRequest request, RoundConfig config, ReferenceRuns references, HistoryLog log, Rows rows)
            throws IOException, InterruptedException {
        TrainingConfig plain = plain(request.config(), units(config.initial()));
        String small = request.smallArchitecture();
        String wanted = config.initialArchitecture();
        listener.say("A small network, without tuning and without regularisation: " + small);
        rows.add("small network", small, plain.steps(), references.run(small, plain, progress(log, "small network")));
        if (!small.equals(wanted)) {
            listener.say("The same with the network that is wanted: " + wanted);
            rows.add(
                    "+ architecture",
                    wanted,
                    plain.steps(),
                    references.run(wanted, plain, progress(log, "architecture")));
        }
    }

    /** As configured, but neither weight decay nor noise. */
    private static TrainingConfig plain(RoundConfig config, int units) {
        TrainingConfig initial = config.initial();
        return new TrainingConfig(
                units,
                Setting.UNIT,
                initial.learningRate(),
                initial.warmup(),
                0,
                initial.averageDecay(),
                Noise.NONE,
                initial.checkpointEvery());
    }

    private static int units(TrainingConfig config) {
        return Math.ceilDiv(config.steps() * config.batchSize(), Setting.UNIT);
    }

    private TrainingProgress progress(HistoryLog log, String part) {
        return log.of(part, listener.progress(part));
    }

    /** The rows of the waterfall, each compared with the one before. */
    private static final class Rows {

        private final List<Part> parts = new ArrayList<>();
        private Optional<Sheet> last = Optional.empty();

        void add(String name, String what, long steps, Sheet sheet) {
            parts.add(sheet.part(name, what, steps, last));
            last = Optional.of(sheet);
        }
    }

    /** Supervised training and the rounds after it. */
    private final class Rounds {

        private final TrainRequest request;
        private final RoundConfig config;
        private final String supervisedRow;
        private final Samples samples;
        private final Rows rows;
        private final OfflineRounds offline;
        private final List<RoundSummary> summaries = new ArrayList<>();
        private int number;
        private boolean helped;
        private Optional<ModelBundle> made = Optional.empty();

        Rounds(
                TrainRequest request,
                RoundConfig config,
                String supervisedRow,
                RunFolder folder,
                HistoryLog log,
                Samples samples,
                Rows rows) {
            this.request = request;
            this.config = config;
            this.supervisedRow = supervisedRow;
            this.samples = samples;
            this.rows = rows;
            Material material = request.material();
            AuditImages audit = most -> newest(request.audit(), most);
            ChoosingImages choosing = request.test().isPresent()
                    ? ChoosingImages.wholeAnchor(audit, config.auditImages())
                    : ChoosingImages.halves(audit, config.auditImages());
            this.offline = new OfflineRounds(
                    "train-" + material.sha256().substring(0, 8),
                    request.model(),
                    config,
                    request.configuration(),
                    material.labeledSet(),
                    new ModelVersions(request.model(), new FolderModelStore(folder.models())),
                    new WorkFolder(folder.work()),
                    audit,
                    choosing,
                    new PartProgress(log),
                    clock);
        }

        private static LabeledImages newest(LabeledImages audit, int most) {
            if (audit.size() <= most) {
                return audit;
            }
            List<ImageId> ids = audit.ids();
            return audit.select(Set.copyOf(ids.subList(ids.size() - most, ids.size()))::contains);
        }

        Waterfall run() throws IOException, InterruptedException {
            TrainingConfig how = config.initial();
            listener.say("Supervised: " + how.steps() + " steps of " + how.batchSize() + " images");
            Outcome supervised = offline.first(request.material());
            rows.add(
                    supervisedRow,
                    String.format(
                            Locale.ROOT,
                            "batch %d, rate %.2g, decay %.2g, augmentation %.2f",
                            how.batchSize(),
                            how.learningRate(),
                            how.weightDecay(),
                            how.noise().magnitude()),
                    stepsAfter(0),
                    offline.ask(supervised.model(), samples::ask));
            made = Optional.of(supervised.model());
            List<ModelBundle> students = new ArrayList<>();
            String verdict = "no unlabeled images were given: the model is supervised";
            boolean goesOn = request.material().unlabeled().size() > 0;
            for (number = 1; goesOn && number <= request.rounds(); number++) {
                Outcome outcome = next();
                goesOn = outcome.unlabeledHelped();
                if (outcome.better()) {
                    made = Optional.of(outcome.model());
                }
                if (goesOn) {
                    students.add(outcome.model());
                    verdict = "unlabeled images helped: " + outcome.reason();
                } else if (outcome.better()) { // labels alone did best, in as many steps
                    verdict = (students.isEmpty() ? "" : "the rounds before helped, but in the end ")
                            + outcome.reason()
                            + "; the supervised model, trained on for as long, is kept";
                    students.clear();
                    addControl(number);
                } else if (students.isEmpty()) {
                    verdict = "unlabeled images did not help, and the supervised model is kept: " + outcome.reason();
                } else {
                    verdict += "; round " + number + " took nothing more off: " + outcome.reason();
                }
            }
            helped = !students.isEmpty();
            addStudents(students);
            return new Waterfall(samples.describe(), rows.parts, verdict);
        }

        private Outcome next() throws IOException, InterruptedException {
            Material material = request.material();
            listener.say("Round " + number + " over " + material.unlabeled().size() + " unlabeled images");
            Outcome outcome = offline.next(
                    number, made.orElseThrow(), material, request.unlabeledOffsets(), request.labelOffsets());
            listener.say("  " + outcome.reason());
            summaries.add(new RoundSummary(
                    number,
                    material.unlabeled().size(),
                    outcome.labelled().kept(),
                    outcome.labelled().meanConfidence(),
                    outcome.trials(),
                    outcome.choice().orElseThrow().candidate(),
                    outcome.better(),
                    outcome.reason()));
            return outcome;
        }

        /** The control of the last round has taken as many steps as the last student and all before it together. */
        private void addStudents(List<ModelBundle> students) {
            if (students.isEmpty()) {
                return;
            }
            addControl(students.size());
            rows.add("+ unlabeled images", "round 1", stepsAfter(1), offline.ask(students.getFirst(), samples::ask));
            if (students.size() > 1) {
                rows.add(
                        "+ more rounds",
                        "rounds 2 to " + students.size(),
                        stepsAfter(students.size()),
                        offline.ask(students.getLast(), samples::ask));
            }
        }

        private void addControl(int round) {
            Optional<Sheet> sheet = offline.askControl(round, samples::ask);
            if (sheet.isPresent()) {
                rows.add(
                        "+ longer on labels",
                        "the control: as many steps as the rounds take",
                        stepsAfter(round),
                        sheet.get());
            }
        }

        /** Steps of 64 images of a model that so many rounds have made. */
        private long stepsAfter(int rounds) {
            return units(config.initial()) + (long) rounds * units(config.student());
        }

        /** The model as it lies in the store, whose folder stays. */
        ModelBundle model(RunFolder folder) {
            ModelBundle bundle = made.orElseThrow();
            Path stored = folder.models()
                    .resolve(bundle.descriptor().model())
                    .resolve(Long.toString(bundle.descriptor().version()));
            return new ModelBundle(stored, bundle.descriptor(), bundle.manifestSha256());
        }

        /** Names what is trained by the round. */
        private final class PartProgress implements RoundProgress {

            private final HistoryLog log;

            PartProgress(HistoryLog log) {
                this.log = log;
            }

            @Override
            public TrainingProgress of(Role role) {
                String part = switch (role) {
                    case SEARCH -> "search";
                    case STUDENT -> "supervised";
                    case CONTROL -> "round " + number + ", control";
                };
                return progress(log, part);
            }

            @Override
            public TrainingProgress of(Candidate candidate) {
                return progress(log, "round " + number + ", " + candidate.label());
            }
        }
    }
}

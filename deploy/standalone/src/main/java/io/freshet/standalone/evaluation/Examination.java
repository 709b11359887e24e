package io.freshet.standalone.evaluation;

import io.freshet.engine.Classifier;
import io.freshet.engine.SavedModel;
import io.freshet.engine.SessionOptions;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.standalone.evaluation.Findings.Point;
import io.freshet.standalone.evaluation.Findings.Subject;
import io.freshet.standalone.evaluation.Findings.Traffic;
import io.freshet.trainer.data.ImagePool;
import io.freshet.trainer.data.LabeledFolder;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.data.UnlabeledFolder;
import io.freshet.trainer.evaluation.Answers;
import io.freshet.trainer.evaluation.Evaluation;
import io.freshet.trainer.evaluation.Evaluator;
import io.freshet.trainer.evaluation.Latency;
import io.freshet.trainer.evaluation.LatencyProbe;
import io.freshet.trainer.evaluation.ModelEvaluation;
import io.freshet.trainer.evaluation.Neighbors;
import io.freshet.trainer.evaluation.Robustness;
import io.freshet.trainer.evaluation.TSne;
import io.freshet.trainer.evaluation.Temperature;
import io.freshet.trainer.evaluation.WornCameras;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Finds out how good a model is, and one beside it, by asking both for the same images as they would serve. */
public final class Examination {

    private static final double CALIBRATION_SHARE = .2;
    private static final int SINGLES = 200;
    private static final int BATCHES = 50;
    private static final int MAP_STEPS = 500;

    private final Plan plan;
    private final Consumer<String> progress;
    private final Clock clock;

    /**
     * What is asked.
     *
     * @param labeled a folder with a folder of images for each class
     * @param unlabeled a folder of images
     * @param corrupted how many of the images are judged under each corruption; 0 leaves that out
     * @param mapped how many of the images the maps show at most; 0 leaves them out
     * @param threads inside an operation of a model, as in service; 0 for one a core
     * @param seed of noise and maps
     */
    public record Plan(Path labeled, Optional<Path> unlabeled, int corrupted, int mapped, int threads, long seed) {}

    /** A model, under the name that people know it by. */
    public record Named(String name, ModelBundle bundle) {}

    /** A model under way. */
    private record Candidate(String name, Classifier classifier, Answers answers, double temperature) {}

    /** @param progress told of each part when it begins */
    public Examination(Plan plan, Consumer<String> progress, Clock clock) {
        this.plan = plan;
        this.progress = progress;
        this.clock = clock;
    }

    /**
     * Examines a model.
     *
     * @throws IOException if the images cannot be read, or are not those that the models are for
     */
    public Results run(Named model, Optional<Named> baseline) throws IOException {
        ModelDescriptor task = model.bundle().descriptor();
        if (baseline.isPresent()) {
            requireSameTask(model, baseline.get());
        }
        LabeledImages all = new LabeledFolder(plan.labeled()).read(task.classes(), task.input());
        LabeledImages judging = all.select(id -> !calibrates(id));
        LabeledImages calibrating = all.select(Examination::calibrates);
        if (judging.size() == 0 || calibrating.size() == 0) {
            throw new IOException("There are too few images in " + plan.labeled() + ", " + all.size()
                    + ": a fifth of them fits the temperature, and the others judge");
        }
        progress.accept(String.format(
                Locale.ROOT, "%,d labeled images judge, %,d fit the temperature", judging.size(), calibrating.size()));
        try (SavedModel ours = load(model)) {
            if (baseline.isEmpty()) {
                return examine(task, judging, calibrating, List.of(ask(model, ours, judging, calibrating)));
            }
            try (SavedModel theirs = load(baseline.get())) {
                return examine(
                        task,
                        judging,
                        calibrating,
                        List.of(
                                ask(model, ours, judging, calibrating),
                                ask(baseline.get(), theirs, judging, calibrating)));
            }
        }
    }

    /** By another part of the id than the one that draws anchors. */
    private static boolean calibrates(ImageId id) {
        return (id.bytes()[30] & 0xff) < CALIBRATION_SHARE * 256;
    }

    private static void requireSameTask(Named model, Named baseline) throws IOException {
        ModelDescriptor ours = model.bundle().descriptor();
        ModelDescriptor theirs = baseline.bundle().descriptor();
        if (!ours.classes().equals(theirs.classes()) || !ours.input().equals(theirs.input())) {
            throw new IOException(model.name() + " takes " + ours.input() + " images of " + ours.classes() + ", and "
                    + baseline.name() + " " + theirs.input() + " images of " + theirs.classes()
                    + ": they cannot be compared");
        }
    }

    private SavedModel load(Named model) {
        return SavedModel.load(
                model.bundle().folder(),
                SessionOptions.forServing(plan.threads())
                        .withMixedPrecision(model.bundle().descriptor().mixedPrecision()));
    }

    private Candidate ask(Named model, SavedModel loaded, LabeledImages judging, LabeledImages calibrating) {
        progress.accept("Asking " + model.name());
        Classifier classifier = new Classifier(loaded);
        double temperature = Temperature.fit(Evaluator.ask(classifier, calibrating));
        return new Candidate(model.name(), classifier, Evaluator.ask(classifier, judging), temperature);
    }

    private Results examine(
            ModelDescriptor task, LabeledImages judging, LabeledImages calibrating, List<Candidate> candidates)
            throws IOException {
        List<Classifier> classifiers =
                candidates.stream().map(Candidate::classifier).toList();
        List<Latency> latencies = latencies(classifiers, judging);
        List<Robustness> robustness = robustness(classifiers, judging, task.input());
        List<Integer> mapped = sample(judging, plan.mapped());
        List<Subject> subjects = new ArrayList<>();
        for (int i = 0; i < candidates.size(); i++) {
            Candidate candidate = candidates.get(i);
            float[][] embeddings =
                    mapped.stream().map(candidate.answers()::embedding).toArray(float[][]::new);
            List<Integer> labels = mapped.stream().map(judging::label).toList();
            boolean drawn = mapped.size() > 3;
            subjects.add(new Subject(
                    new ModelEvaluation(
                            candidate.name(),
                            Evaluation.of(task.classes(), candidate.answers(), Optional.of(candidate.temperature())),
                            robustness.isEmpty() ? Optional.empty() : Optional.of(robustness.get(i)),
                            Optional.of(latencies.get(i)),
                            drawn ? Optional.of(Neighbors.agreement(embeddings, labels)) : Optional.empty()),
                    candidate.answers(),
                    drawn ? map(candidate.name(), embeddings) : List.of()));
        }
        return new Results(new Findings(
                clock.instant(),
                plan.labeled().toString(),
                task.classes(),
                task.input(),
                judging,
                calibrating.size(),
                mapped,
                subjects.getFirst(),
                subjects.stream().skip(1).findFirst(),
                traffic(task.input(), classifiers)));
    }

    private List<Latency> latencies(List<Classifier> classifiers, LabeledImages judging) {
        progress.accept("Timing answers");
        return new LatencyProbe(SINGLES, BATCHES, System::nanoTime).measure(classifiers, judging.images());
    }

    /** Of two models, the first relative to the second. */
    private List<Robustness> robustness(List<Classifier> classifiers, LabeledImages judging, ImageShape shape) {
        if (plan.corrupted() == 0) {
            return List.of();
        }
        LabeledImages sample = new LabeledImages(shape.size());
        for (int image : sample(judging, plan.corrupted())) {
            sample.add(judging.id(image), judging.images().get(image), judging.label(image));
        }
        List<Robustness> all = WornCameras.judge(
                classifiers,
                sample,
                shape,
                plan.seed(),
                corruption -> progress.accept("Corrupting images: " + Words.of(corruption)));
        return all.size() == 1 ? all : List.of(all.getFirst().against(all.getLast()), all.getLast());
    }

    /** Images drawn by their ids, so of all classes as they come. */
    private static List<Integer> sample(LabeledImages images, int most) {
        return IntStream.range(0, images.size())
                .boxed()
                .sorted(Comparator.comparing(image -> images.id(image).hex()))
                .limit(most)
                .toList();
    }

    private List<Point> map(String name, float[][] embeddings) {
        progress.accept("Drawing the map of " + name);
        return Arrays.stream(TSne.layOut(embeddings, MAP_STEPS, plan.seed()))
                .map(point -> new Point(point[0], point[1]))
                .toList();
    }

    private Optional<Traffic> traffic(ImageShape shape, List<Classifier> classifiers) throws IOException {
        if (plan.unlabeled().isEmpty()) {
            return Optional.empty();
        }
        ImagePool images = new UnlabeledFolder(plan.unlabeled().get()).read(shape);
        progress.accept(String.format(Locale.ROOT, "Asking for %,d unlabeled images", images.size()));
        List<Answers> answers = classifiers.stream()
                .map(classifier -> Evaluator.ask(classifier, images))
                .toList();
        return Optional.of(
                new Traffic(images, answers.getFirst(), answers.stream().skip(1).findFirst()));
    }
}

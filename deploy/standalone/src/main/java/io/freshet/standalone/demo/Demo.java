package io.freshet.standalone.demo;

import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.round.RoundStep;
import io.freshet.protocol.round.Trigger;
import io.freshet.standalone.cli.Steps;
import io.freshet.standalone.config.FreshetConfig;
import io.freshet.standalone.dataset.Dataset;
import io.freshet.standalone.dataset.Datasets;
import io.freshet.standalone.demo.People.Verdict;
import io.freshet.standalone.deployment.Deployment;
import io.freshet.standalone.deployment.InProcess;
import io.freshet.standalone.deployment.SeparateProcesses;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Plays the loop: a model is trained from few labels and serves; the world changes; a drift alarm has a student learn
 * from the traffic; the gate decides, and serving swaps while the client goes on. What is shown is what happened.
 */
public final class Demo {

    private static final String MODEL = "demo";
    private static final Duration ACT_ONE = Duration.ofSeconds(25);
    private static final Duration EPILOGUE = Duration.ofSeconds(15);
    private static final int VERDICTS_AN_ACT = 120;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private final DemoOptions options;
    private final RunFolder folder;
    private final Screen screen;

    /** What is at work while the demo plays. */
    private record Stage(
            Deployment deployment, Scenes scenes, TrafficClient client, People people, Newsroom newsroom) {}

    Demo(DemoOptions options, RunFolder folder, Screen screen) {
        this.options = options;
        this.folder = folder;
        this.screen = screen;
    }

    /**
     * Plays it, and leaves the services at work for what comes after.
     *
     * @param afterwards runs when the report is made and the services still answer
     * @return what happened
     * @throws DemoStalledException if a thing that is waited for does not happen
     */
    Report run(Afterwards afterwards) throws IOException, InterruptedException {
        screen.heading("The stage");
        Dataset dataset = Datasets.read(options.dataset(), folder.root().resolveSibling("downloads"));
        Cast cast = Cast.of(dataset, options.seed());
        dataset.write(cast.labeled(), folder.labeled());
        dataset.write(cast.anchor(), folder.anchor());
        screen.event(dataset.name() + ": " + cast.labeled().size() + " labeled images to learn from, "
                + cast.anchor().size() + " in the anchor, " + cast.stream().size() + " for the camera");
        FreshetConfig config = DemoConfig.of(options, MODEL, folder);
        Scenes scenes = new Scenes(dataset, cast.stream(), options.seed());
        try (Deployment deployment = open(config)) {
            screen.event(
                    "Kafka answers at " + config.kafka().bootstrapServers() + ", its records lie in " + folder.kafka());
            screen.event("Ingest, trainer and serving are up "
                    + (options.separateProcesses() ? "in a process each" : "in this process")
                    + "; models go to " + folder.models());
            URI model = model(deployment);
            try (Newsroom newsroom = new Newsroom(deployment.kafka(), this::tell);
                    People people = new People(deployment.kafka(), scenes);
                    TrafficClient client = new TrafficClient(
                            scenes, model, model.resolve("/v2/models/" + MODEL + "/ready"), options.rate(), false);
                    StatusRows rows = new StatusRows(deployment, client, people, newsroom)) {
                newsroom.start();
                screen.show(rows::rows);
                Report report = play(new Stage(deployment, scenes, client, people, newsroom));
                screen.show(List::of);
                afterwards.run(report, deployment);
                return report;
            }
        }
    }

    /** Where the demo's model takes images. */
    static URI model(Deployment deployment) {
        return URI.create("http://127.0.0.1:" + deployment.servingPort() + "/v1/models/" + MODEL + ":predict");
    }

    /** What is done while the services still answer. */
    @FunctionalInterface
    interface Afterwards {
        void run(Report report, Deployment deployment) throws IOException, InterruptedException;
    }

    private Deployment open(FreshetConfig config) throws IOException, InterruptedException {
        return options.separateProcesses()
                ? new SeparateProcesses(config, folder.kafka(), folder.root())
                : new InProcess(config, folder.kafka());
    }

    private Report play(Stage stage) throws InterruptedException {
        Instant change = Instant.MAX;
        actOne(stage);
        if (options.shift()) {
            change = actTwo(stage);
        }
        actThree(stage);
        stage.client().close();
        return new Report(
                options,
                folder,
                change,
                stage.client().answers(),
                stage.people().verdicts(),
                stage.newsroom().rounds(),
                stage.newsroom().models());
    }

    private void actOne(Stage stage) throws InterruptedException {
        screen.heading("Act one: a model from few labels");
        await("the first model to be promoted", () -> announced(stage).isPresent() || failed(stage));
        if (announced(stage).isEmpty()) {
            throw new DemoStalledException("The first round came to nothing: "
                    + Steps.describe(steps(stage).getLast()));
        }
        await("serving to take it", () -> stage.client().isReady());
        screen.event("Version 1 serves. From now on the client sends " + Math.round(options.rate())
                + " photographs a second, without a pause");
        stage.people().start();
        stage.client().start();
        Instant begin = Instant.now();
        await(
                "the people to label what the first model has seen",
                () -> Instant.now().isAfter(begin.plus(ACT_ONE)) && count(stage, verdict -> true) >= VERDICTS_AN_ACT);
        screen.event("Live error on the audit sample: " + error(stage, verdict -> true));
    }

    private Instant actTwo(Stage stage) throws InterruptedException {
        screen.heading("Act two: the world changes");
        Instant change = Instant.now();
        stage.scenes().degradeFrom(stage.client().sent() + 1);
        screen.event(
                "The camera's lens has gone soft and its light fails: blur, a darker tone curve, uneven light, noise");
        await("a drift alarm", () -> driftAlarm(stage).isPresent());
        return change;
    }

    private void actThree(Stage stage) throws InterruptedException {
        screen.heading(
                options.shift()
                        ? "Act three: the students learn from the traffic"
                        : "Act two: the students learn from the traffic");
        boolean promoted = false;
        for (int round = 1; round <= options.rounds(); round++) {
            promoted |= playRound(stage, round);
        }
        if (options.shift() && !promoted) {
            screen.event("No student is in service yet: the demo waits for one more round");
            playRound(stage, options.rounds() + 1);
        }
        Instant end = Instant.now().plus(EPILOGUE);
        await(
                "the people to label what the last model has seen",
                () -> Instant.now().isAfter(end));
    }

    /** @return whether it has promoted a student, which answers then */
    private boolean playRound(Stage stage, int round) throws InterruptedException {
        int ended = round + 1; // after the first model's
        await("round " + round + " to end", () -> lastSteps(stage).size() >= ended);
        Optional<ModelVersion> promoted = promotion(lastSteps(stage).get(round));
        if (promoted.isPresent()) {
            long version = promoted.get().version();
            await(
                    "serving to swap to version " + version,
                    () -> stage.client().answers().stream().anyMatch(answer -> answer.version() == version));
            screen.event("Version " + version + " answers");
        }
        return promoted.isPresent();
    }

    /** Passes on what the services say. */
    private void tell(RoundMessage message) {
        switch (message) {
            case RoundMessage.Request request ->
                screen.event(
                        request.trigger() == Trigger.DRIFT
                                ? "Ingest raises a drift alarm: " + request.detail()
                                : "A round is asked for: " + request.detail());
            case RoundMessage.Event event -> screen.event(Steps.describe(event.step()));
        }
    }

    private static List<RoundStep> steps(Stage stage) {
        return stage.newsroom().rounds().stream()
                .filter(RoundMessage.Event.class::isInstance)
                .map(message -> ((RoundMessage.Event) message).step())
                .toList();
    }

    private static List<RoundStep> lastSteps(Stage stage) {
        return steps(stage).stream().filter(RoundStep::isLast).toList();
    }

    private static boolean failed(Stage stage) {
        return lastSteps(stage).stream().anyMatch(step -> !(step instanceof RoundStep.Promoted));
    }

    private static Optional<ModelVersion> promotion(RoundStep step) {
        return step instanceof RoundStep.Promoted promoted ? Optional.of(promoted.model()) : Optional.empty();
    }

    private static Optional<ModelAnnouncement> announced(Stage stage) {
        return stage.newsroom().models().stream().findFirst();
    }

    private static Optional<RoundMessage> driftAlarm(Stage stage) {
        return stage.newsroom().rounds().stream()
                .filter(message ->
                        message instanceof RoundMessage.Request request && request.trigger() == Trigger.DRIFT)
                .findFirst();
    }

    private static long count(Stage stage, Predicate<Verdict> which) {
        return stage.people().verdicts().stream().filter(which).count();
    }

    private static Proportion error(Stage stage, Predicate<Verdict> which) {
        return Report.error(stage.people().verdicts(), which);
    }

    private void await(String what, BooleanSupplier happened) throws InterruptedException {
        long end = System.nanoTime() + options.patience().toNanos();
        while (!happened.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new DemoStalledException("The demo has waited "
                        + options.patience().toMinutes() + " minutes for " + what + ". The log is " + folder.log());
            }
            Thread.sleep(LOOK_AGAIN);
        }
    }

    /** A thing that the demo waits for does not happen; the message says which. */
    public static final class DemoStalledException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        DemoStalledException(String message) {
            super(message);
        }
    }
}

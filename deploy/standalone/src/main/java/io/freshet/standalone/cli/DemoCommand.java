package io.freshet.standalone.cli;

import io.freshet.standalone.demo.DemoOptions;
import io.freshet.standalone.demo.DemoPlayer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Plays the demo. */
@Command(
        name = "demo",
        description =
                "Play the whole loop on this machine with real parts: a Kafka broker, ingest, trainer and serving, and"
                        + " a client that sends images to the end. A model is trained from few labels and serves; the world"
                        + " changes; students learn from the traffic; the gate decides; serving swaps.",
        footer = {
            "",
            "The exit code is 0 if all held that the summary claims, and 1 if anything did not.",
        })
final class DemoCommand implements Callable<Integer> {

    @Option(
            names = "--folder",
            paramLabel = "FOLDER",
            defaultValue = "freshet-demo",
            description = "Gets a folder for each run; the last three are kept (default: ${DEFAULT-VALUE}).")
    private Path folder = Path.of("");

    @Option(
            names = "--dataset",
            paramLabel = "NAME|FOLDER",
            defaultValue = "sample",
            description =
                    "sample (22,000 images of Fashion-MNIST, which come with Freshet), fashion-mnist, cifar-10 (both"
                            + " found on disk or downloaded from their publishers, and checked), or a folder with a folder of"
                            + " images for each class (default: ${DEFAULT-VALUE}).")
    private String dataset = "";

    @Option(names = "--no-shift", negatable = false, description = "Leave the world as it is: the plain loop.")
    private boolean noShift;

    @Option(names = "--keep-running", description = "Leave the services at work afterwards, until Ctrl-C.")
    private boolean keepRunning;

    @Option(names = "--separate-processes", description = "A process for each service, as in production.")
    private boolean separateProcesses;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "50",
            description = "Images a second that the client sends (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "2",
            description =
                    "Rounds after the first model's (default: ${DEFAULT-VALUE}). If the world has changed and none of"
                            + " them promotes a student, one more.")
    private int rounds;

    @Option(
            names = "--first-steps",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Steps of training of the first model (default: ${DEFAULT-VALUE}).")
    private int firstSteps;

    @Option(
            names = "--student-steps",
            paramLabel = "N",
            defaultValue = "750",
            description = "Steps of training of a candidate that is not dropped early, and of the control (default:"
                    + " ${DEFAULT-VALUE}).")
    private int studentSteps;

    @Option(
            names = "--min-images",
            paramLabel = "N",
            defaultValue = "1500",
            description = "Images from after the change that the first round waits for (default: ${DEFAULT-VALUE}).")
    private int minImages;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Decides all that is drawn at random (default: ${DEFAULT-VALUE}).")
    private int seed;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        DemoOptions options = options();
        boolean terminal = Boolean.getBoolean("freshet.terminal");
        return DemoPlayer.play(options, System.out, terminal, keepRunning ? DemoCommand::serveOn : model -> {});
    }

    private static void serveOn(URI model) throws InterruptedException {
        System.out.println();
        System.out.println("The services go on; POST an image to " + model + ". Ctrl-C ends them.");
        Shutdown.await();
    }

    private DemoOptions options() {
        try {
            return new DemoOptions(
                    folder,
                    dataset,
                    !noShift,
                    separateProcesses,
                    rate,
                    rounds,
                    firstSteps,
                    studentSteps,
                    minImages,
                    seed,
                    Duration.ofMinutes(10));
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}

package io.freshet.manifests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The Helm chart; what asks for it is skipped where there is no helm. */
final class Chart {

    static final Path FOLDER = Repository.ROOT.resolve("deploy/helm/freshet");

    /** Whose objects are checked: helm asks no cluster which one it is. */
    private static final String KUBERNETES = "1.32.0";

    private Chart() {}

    /**
     * What {@code helm install} would send.
     *
     * @param options as in {@code --set serving.replicas=3}; and {@code --values values-dev.yaml}, a file of the chart
     */
    static List<Manifest> render(List<String> options) {
        return Manifest.read(print(options));
    }

    private static String print(List<String> options) {
        requireHelm();
        return Program.HELM.print(arguments(options));
    }

    /** What helm says when it refuses to render; an error if it does not. */
    static String refusal(List<String> options) {
        requireHelm();
        Program.Outcome outcome = Program.HELM.run(arguments(options));
        if (outcome.status() == 0) {
            throw new AssertionError("helm takes " + options);
        }
        return outcome.said();
    }

    /** What {@code helm lint} finds, if it finds anything wrong; else empty. */
    static String lint(List<String> options) {
        requireHelm();
        List<String> arguments = new ArrayList<>(List.of("lint", "--strict", FOLDER.toString()));
        arguments.addAll(inFolder(options));
        Program.Outcome outcome = Program.HELM.run(arguments);
        return outcome.status() == 0 ? "" : outcome.printed() + outcome.said();
    }

    private static void requireHelm() {
        assumeTrue(Program.HELM.isThere(), "skipped: helm, which renders the chart, is not on this machine");
    }

    private static List<String> arguments(List<String> options) {
        List<String> arguments = new ArrayList<>(List.of(
                "template", "freshet", FOLDER.toString(), "--namespace", "freshet", "--kube-version", KUBERNETES));
        arguments.addAll(inFolder(options));
        return arguments;
    }

    private static List<String> inFolder(List<String> options) {
        return options.stream()
                .map(option -> option.startsWith("values") ? files(option) : option)
                .toList();
    }

    private static String files(String names) {
        return Stream.of(names.split(",", -1))
                .map(name -> FOLDER.resolve(name).toString())
                .collect(Collectors.joining(","));
    }
}

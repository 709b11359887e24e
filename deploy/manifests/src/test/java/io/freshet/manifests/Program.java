package io.freshet.manifests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A program that renders manifests, if this machine has it. */
enum Program {
    KUBECTL("kubectl", "version", "--client"),
    HELM("helm", "version"),
    /** The script that prints alerts and dashboards as objects. */
    MONITORING(Repository.KUBERNETES.resolve("monitoring").toString());

    /** What came of a run. */
    record Outcome(int status, String printed, String said) {}

    private final String command;
    private final boolean isThere;

    /** @param question a run that succeeds where the program is there; none where it is part of the repository */
    Program(String command, String... question) {
        this.command = command;
        isThere = question.length == 0 || answers(command, question);
    }

    boolean isThere() {
        return isThere;
    }

    /** What it prints; an error if it fails. */
    String print(List<String> arguments) {
        Outcome outcome = run(arguments);
        if (outcome.status() != 0) {
            throw new AssertionError(command + " " + arguments + " failed: " + outcome.said());
        }
        return outcome.printed();
    }

    Outcome run(List<String> arguments) {
        return run(command, arguments);
    }

    private static boolean answers(String command, String... question) {
        try {
            return run(command, List.of(question)).status() == 0;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private static Outcome run(String command, List<String> arguments) {
        try {
            Path said = Files.createTempFile("said", ".txt");
            try {
                Process process = new ProcessBuilder(Stream.concat(Stream.of(command), arguments.stream())
                                .toList())
                        .redirectError(said.toFile())
                        .start();
                String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                return new Outcome(process.waitFor(), printed, Files.readString(said));
            } finally {
                Files.delete(said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

package io.freshet.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Runs the program in this JVM as from a command line. For one test at a time: it takes the JVM's output. */
final class Cli {

    private Cli() {}

    /** Returns what it said, errors too; it must end with that code. */
    static String run(int code, String... line) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream to = new PrintStream(said, true, StandardCharsets.UTF_8);
        System.setOut(to);
        System.setErr(to);
        int ended;
        try {
            ended = Freshet.run(line);
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        String text = said.toString(StandardCharsets.UTF_8);
        assertThat(ended).as(text).isEqualTo(code);
        return text;
    }
}

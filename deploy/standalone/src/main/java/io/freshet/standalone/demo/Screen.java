package io.freshet.standalone.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Where the demo shows itself: events as lines, and below them, in a terminal, a table that is painted anew twice a
 * second; elsewhere its rows as one line every ten seconds. Thread safe; the caller closes it.
 */
final class Screen implements AutoCloseable {

    private static final Duration REPAINT = Duration.ofMillis(500);
    private static final int REPAINTS_A_LINE = 20;
    private static final String ERASE_LINE = "\u001b[2K";
    private static final String BOLD = "\u001b[1m";
    private static final String PLAIN = "\u001b[0m";

    /** A row that a narrow terminal wrapped would be two lines, of which {@link #clear} would take one away. */
    private static final String NO_WRAP = "\u001b[?7l";

    private static final String WRAP = "\u001b[?7h";

    private final PrintStream out;
    private final boolean terminal;
    private final long start = System.nanoTime();
    private final Thread painter = new Thread(this::paint, "demo-screen");
    private volatile Supplier<List<Row>> table = List::of;
    private int painted;

    /** A row of the table. */
    record Row(String name, String value) {}

    Screen(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
        painter.setDaemon(true);
        painter.start();
    }

    /** From now on, the rows are what this supplies. */
    void show(Supplier<List<Row>> rows) {
        table = rows;
    }

    synchronized void heading(String text) {
        clear();
        out.println();
        out.println(terminal ? BOLD + text + PLAIN : text);
        out.flush();
    }

    synchronized void event(String text) {
        clear();
        out.printf(Locale.ROOT, "%s  %s%n", elapsed(), text);
        out.flush();
    }

    private String elapsed() {
        long seconds = (System.nanoTime() - start) / 1_000_000_000;
        return String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60);
    }

    private void paint() {
        try {
            for (int i = 1; ; i++) {
                Thread.sleep(REPAINT);
                if (terminal) {
                    paintTable(table.get());
                } else if (i % REPAINTS_A_LINE == 0) {
                    paintLine(table.get());
                }
            }
        } catch (InterruptedException e) {
            paintTable(List.of());
        }
    }

    private synchronized void paintTable(List<Row> rows) {
        clear();
        for (Row row : rows) {
            out.printf("%s  %-14s %s%s%n", NO_WRAP, row.name(), row.value(), WRAP);
        }
        painted = rows.size();
        out.flush();
    }

    private synchronized void paintLine(List<Row> rows) {
        if (!rows.isEmpty()) {
            out.println(elapsed() + "  "
                    + String.join(
                            " | ",
                            rows.stream()
                                    .map(row -> row.name() + " " + row.value())
                                    .toList()));
            out.flush();
        }
    }

    /** Takes the table away, so that a line can be written where it was. */
    private void clear() {
        for (; painted > 0; painted--) {
            out.print("\u001b[1A" + ERASE_LINE);
        }
    }

    @Override
    public void close() {
        painter.interrupt();
        try {
            painter.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

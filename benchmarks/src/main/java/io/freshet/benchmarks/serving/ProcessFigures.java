package io.freshet.benchmarks.serving;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Linux says of a process at one moment.
 *
 * @param cpuSeconds of all its threads, in user and system mode
 * @param residentMiB of its memory
 */
record ProcessFigures(double cpuSeconds, double residentMiB) {

    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    /** USER_HZ, which Linux fixes for all that it says to programs. */
    private static final double TICKS_PER_SECOND = 100;

    /** Where utime and stime stand behind the name in parentheses. */
    private static final int USER_TICKS = 11;

    static ProcessFigures own() {
        return of(ProcessHandle.current().pid());
    }

    static ProcessFigures of(long pid) {
        try {
            Path folder = Path.of("/proc", Long.toString(pid));
            String stat = Files.readString(folder.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            Matcher resident = RESIDENT.matcher(Files.readString(folder.resolve("status")));
            if (!resident.find()) {
                throw new IllegalStateException("Process " + pid + " has come to its end");
            }
            long ticks = Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[USER_TICKS + 1]);
            return new ProcessFigures(ticks / TICKS_PER_SECOND, Long.parseLong(resident.group(1)) / 1024.);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

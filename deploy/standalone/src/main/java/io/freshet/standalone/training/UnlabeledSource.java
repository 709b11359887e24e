package io.freshet.standalone.training;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where unlabeled images come from, as a person names it. */
public sealed interface UnlabeledSource {

    /** All images under a folder. */
    record Folder(Path folder) implements UnlabeledSource {}

    /** All images of a TFRecord file, or of a folder of them, whatever their labels. */
    record Records(Path path) implements UnlabeledSource {}

    /**
     * Images of {@code freshet.unlabeled}.
     *
     * @param range of offsets in each partition; empty for the latest images
     */
    record Stream(Optional<Range> range) implements UnlabeledSource {}

    /**
     * Offsets.
     *
     * @param from inclusive
     * @param to exclusive
     */
    record Range(long from, long to) {}

    /** The name of the source that is a topic. */
    String KAFKA = "kafka";

    /** What stands before the path of TFRecord files. */
    String TFRECORD = "tfrecord:";

    Pattern OFFSETS = Pattern.compile("([0-9]{1,18})-([0-9]{1,18})");

    /**
     * Reads what a person has written: {@code kafka}, {@code kafka:FROM-TO}, {@code tfrecord:PATH}, or a folder.
     *
     * @throws IllegalArgumentException if the offsets are none
     */
    static UnlabeledSource parse(String text) {
        if (text.equals(KAFKA)) {
            return new Stream(Optional.empty());
        }
        if (text.startsWith(TFRECORD)) {
            return new Records(Path.of(text.substring(TFRECORD.length())));
        }
        if (!text.startsWith(KAFKA + ":")) {
            return new Folder(Path.of(text));
        }
        Matcher matcher = OFFSETS.matcher(text.substring(KAFKA.length() + 1));
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' names no offsets: it is kafka:FROM-TO, for example kafka:0-20000");
        }
        Range range = new Range(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
        if (range.from() >= range.to()) {
            throw new IllegalArgumentException(
                    "'" + text + "' holds no offsets: the first must lie below the second, which is not included");
        }
        return new Stream(Optional.of(range));
    }
}

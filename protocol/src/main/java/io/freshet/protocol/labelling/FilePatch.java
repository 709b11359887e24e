package io.freshet.protocol.labelling;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Bytes of a file that are others.
 *
 * @param file its name, without a folder
 * @param length bytes that the file has with them
 * @param runs in the order of their offsets
 */
public record FilePatch(String file, long length, List<Run> runs) {

    /**
     * Bytes that follow one another.
     *
     * @param content from position to limit; nobody moves them
     */
    public record Run(long offset, ByteBuffer content) {

        public Run {
            content = content.asReadOnlyBuffer();
        }
    }

    public FilePatch {
        runs = List.copyOf(runs);
        if (!file.matches("[\\w.-]+") || file.startsWith(".")) {
            throw new IllegalArgumentException("A patch names a file in its folder, not '" + file + "'");
        }
        for (Run run : runs) {
            if (run.offset() < 0 || run.offset() + run.content().remaining() > length) {
                throw new IllegalArgumentException("A run of " + run.content().remaining() + " bytes from "
                        + run.offset() + " does not fit " + file + " with its " + length);
            }
        }
    }
}

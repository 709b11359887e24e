package io.freshet.trainer.analysis;

import io.freshet.protocol.ImageId;
import io.freshet.protocol.bundle.FileTree;
import io.freshet.protocol.tfrecord.TfExample;
import io.freshet.protocol.tfrecord.TfRecordReader;
import io.freshet.protocol.tfrecord.TfRecordWriter;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * An analysis on disk: {@code analysis-00000-of-00002.tfrecord} and so on with an example for each image,
 * {@code summary.md} for people and {@code summary.json} for programs.
 */
public final class AnalysisFolder {

    static final String SUMMARY = "summary.md";
    static final String SUMMARY_JSON = "summary.json";

    private static final int IMAGES_A_FILE = 4_096;
    private static final String EXTENSION = ".tfrecord";

    private final Path folder;

    public AnalysisFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Writes an analysis, whole or not at all.
     *
     * @param names where images come from, for people, by their ids; an image may have none
     * @throws FileAlreadyExistsException if the folder is there and holds something
     * @throws IOException if it cannot be written
     */
    public AnalysisSummary write(Analysis analysis, Map<ImageId, String> names) throws IOException {
        requireFree();
        Path unfinished = folder.resolveSibling(folder.getFileName() + ".unfinished");
        FileTree.delete(unfinished);
        Files.createDirectories(unfinished);
        int files = Math.max(1, Math.ceilDiv(analysis.size(), IMAGES_A_FILE));
        for (int file = 0; file < files; file++) {
            try (TfRecordWriter records = TfRecordWriter.create(unfinished.resolve(
                    String.format(Locale.ROOT, "analysis-%05d-of-%05d%s", file, files, EXTENSION)))) {
                int end = Math.min(analysis.size(), (file + 1) * IMAGES_A_FILE);
                for (int i = file * IMAGES_A_FILE; i < end; i++) {
                    records.write(AnalysisExamples.of(analysis.image(i)).toBytes());
                }
            }
        }
        AnalysisSummary summary = AnalysisSummary.of(analysis, names);
        Files.writeString(unfinished.resolve(SUMMARY), SummaryText.of(summary));
        Files.write(unfinished.resolve(SUMMARY_JSON), summary.toJson());
        Files.deleteIfExists(folder); // where it was made beforehand, and is empty
        Files.move(unfinished, folder);
        return summary;
    }

    /** @throws FileAlreadyExistsException if the folder is there and holds something */
    public void requireFree() throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> entries = Files.list(folder)) {
                if (entries.findAny().isEmpty()) {
                    return;
                }
            }
        }
        if (Files.exists(folder)) {
            throw new FileAlreadyExistsException(
                    folder + " is there already, and an analysis is written to a new folder");
        }
    }

    /**
     * Hands over all images, in order.
     *
     * @throws IOException if there are none, or a file is broken
     */
    public void read(Consumer<AnalysedImage> handler) throws IOException {
        for (Path file : files()) {
            try (TfRecordReader records = TfRecordReader.open(file)) {
                long at = records.offset();
                for (Optional<byte[]> record = records.next(); record.isPresent(); record = records.next()) {
                    handler.accept(parse(file, at, record.get()));
                    at = records.offset();
                }
            }
        }
    }

    private static AnalysedImage parse(Path file, long at, byte[] record) throws IOException {
        try {
            return AnalysisExamples.parse(TfExample.parse(record));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IOException(file + " at offset " + at + ": " + e.getMessage(), e);
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> files = entries.filter(file -> file.toString().endsWith(EXTENSION))
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new IOException("There is no analysis in " + folder + ": no *" + EXTENSION);
            }
            return files;
        }
    }
}

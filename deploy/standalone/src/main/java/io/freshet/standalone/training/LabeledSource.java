package io.freshet.standalone.training;

import io.freshet.trainer.data.LabeledFolder;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.data.TfRecordImages;
import io.freshet.trainer.service.TrainerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Where labeled images come from, as a person names it. */
public sealed interface LabeledSource {

    /** A folder with a folder of images for each class. */
    record Folder(Path folder) implements LabeledSource {}

    /** A TFRecord file, or a folder of them. */
    record Records(Path path) implements LabeledSource {}

    /** Reads what a person has written: {@code tfrecord:PATH}, or a folder. */
    static LabeledSource parse(String text) {
        return text.startsWith(UnlabeledSource.TFRECORD)
                ? new Records(Path.of(text.substring(UnlabeledSource.TFRECORD.length())))
                : new Folder(Path.of(text));
    }

    /**
     * Reads them.
     *
     * @param config its anchor and image shape
     * @throws IOException if they cannot be read, or are not of the form that is wanted
     */
    default LabeledSet read(TrainerConfig config) throws IOException {
        return switch (this) {
            case Folder from -> {
                LabeledFolder folder = new LabeledFolder(from.folder());
                yield config.anchor().isPresent()
                        ? folder.read(
                                config.image(),
                                new LabeledFolder(config.anchor().get()))
                        : folder.read(config.image(), config.anchorShare());
            }
            case Records from ->
                TfRecordImages.in(from.path()).readLabeled(List.of(), config.image(), config.anchorShare());
        };
    }
}

package io.freshet.standalone.dataset;

import io.freshet.protocol.image.PixelImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Images whose classes are known.
 *
 * @param name as people call it
 * @param classes names, in the order of their indices
 */
public record Dataset(String name, List<String> classes, List<Example> examples) {

    /** @param label index of the class */
    public record Example(PixelImage image, int label) {}

    public Dataset {
        classes = List.copyOf(classes);
        examples = List.copyOf(examples);
    }

    /**
     * Writes examples of this data set as a folder that has a folder of PNG files for each class.
     *
     * @throws IOException if a file cannot be written
     */
    public void write(List<Example> examples, Path folder) throws IOException {
        for (String name : classes) {
            Files.createDirectories(folder.resolve(name));
        }
        for (int i = 0; i < examples.size(); i++) {
            Example example = examples.get(i);
            Path ofClass = folder.resolve(classes.get(example.label()));
            Files.write(ofClass.resolve(i + ".png"), example.image().toPng().bytes());
        }
    }
}

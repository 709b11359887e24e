package io.freshet.standalone.dataset;

import io.freshet.protocol.image.PixelImage;
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
}

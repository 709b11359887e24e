package io.freshet.trainer.data;

import io.freshet.protocol.ImageId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/** Images with their true classes. Grows by appending; reading is thread safe once it no longer grows. */
public final class LabeledImages {

    private final ImagePool images;
    private final List<ImageId> ids = new ArrayList<>();
    private final List<Integer> labels = new ArrayList<>();

    /** @param imageSize bytes of an image */
    public LabeledImages(int imageSize) {
        this.images = new ImagePool(imageSize);
    }

    /** @param label index of the class */
    public void add(ImageId id, byte[] image, int label) {
        images.add(image);
        ids.add(id);
        labels.add(label);
    }

    /** Those whose id is chosen, in their order. */
    public LabeledImages select(Predicate<ImageId> chosen) {
        return selectPlaces(i -> chosen.test(id(i)));
    }

    /** Those in chosen places, in their order. */
    public LabeledImages selectPlaces(IntPredicate chosen) {
        LabeledImages selected = new LabeledImages(images.imageSize());
        for (int i = 0; i < size(); i++) {
            if (chosen.test(i)) {
                selected.add(id(i), images.get(i), label(i));
            }
        }
        return selected;
    }

    public int size() {
        return labels.size();
    }

    public ImagePool images() {
        return images;
    }

    public ImageId id(int index) {
        return ids.get(index);
    }

    /** Index of the class. */
    public int label(int index) {
        return labels.get(index);
    }

    /** All ids, in order. */
    public List<ImageId> ids() {
        return List.copyOf(ids);
    }
}

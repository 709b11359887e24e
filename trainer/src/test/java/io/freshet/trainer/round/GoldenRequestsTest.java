package io.freshet.trainer.round;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.ImageId;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.data.LabeledSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class GoldenRequestsTest {

    private static final List<String> CLASSES = List.of("bag", "boot", "shirt");

    /** Images of one pixel, whose value is ten times the class and their number in it. */
    private static LabeledImages images(int... labels) {
        LabeledImages images = new LabeledImages(1);
        int[] seen = new int[CLASSES.size()];
        for (int label : labels) {
            byte[] pixel = {(byte) (10 * label + seen[label]++)};
            images.add(new ImageId("0".repeat(64)), pixel, label);
        }
        return images;
    }

    private static List<Integer> choose(LabeledImages training, LabeledImages anchor, int count) {
        LabeledSet set = new LabeledSet(CLASSES, new ImageShape(1, 1, 1), training, anchor);
        return GoldenRequests.choose(set, count).stream()
                .map(image -> (int) image[0])
                .toList();
    }

    @Test
    void theyAreOfAllClassesInTurn() {
        assertThat(choose(images(), images(0, 0, 0, 1, 1, 1, 2, 2, 2), 5)).containsExactly(0, 10, 20, 1, 11);
    }

    @Test
    void whereTheAnchorHasNoImageOfAClassTheLabeledImagesGiveOne() {
        assertThat(choose(images(2), images(0, 0, 1, 1), 4)).containsExactly(0, 10, 20, 1);
    }

    @Test
    void thereAreNoMoreThanThereAreImages() {
        assertThat(choose(images(0), images(1), 32)).containsExactlyInAnyOrder(0, 10);
    }
}

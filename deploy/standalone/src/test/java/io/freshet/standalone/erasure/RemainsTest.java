package io.freshet.standalone.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.Erasure;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.Topics;
import java.util.List;
import org.junit.jupiter.api.Test;

class RemainsTest {

    private static final ImageId ANNS = ImageId.ofPixels(1, 1, new byte[] {1, 2, 3});
    private static final ImageId OTHER = ImageId.ofPixels(1, 1, new byte[] {4, 5, 6});

    @Test
    void theImagesOfASubjectAreKnownByTheirIdsOnceOneOfThemWasMet() {
        Wanted wanted = new Wanted(List.of(Erasure.Subject.named("ann")));

        assertThat(wanted.contains(ANNS)).isFalse();
        assertThat(wanted.contains(OTHER, "bob")).isFalse();
        assertThat(wanted.contains(OTHER, "")).isFalse();
        assertThat(wanted.contains(ANNS, "ann")).isTrue();
        assertThat(wanted.contains(ANNS)).isTrue();
        assertThat(wanted.images()).containsExactly(ANNS);
    }

    @Test
    void aTombstoneErasesWhatWasBeforeItAndNotWhatComesAfter() {
        Remains remains = new Remains();
        remains.found(Topics.UNLABELED, "a");
        remains.found(Topics.UNLABELED, "a");
        remains.found(Topics.UNLABELED, "b");
        remains.erased(Topics.UNLABELED, "a");
        remains.erased(Topics.LABELS, "b");

        assertThat(remains.open(Topics.UNLABELED)).containsExactly("b");
        assertThat(remains.waiting(Topics.UNLABELED)).isEqualTo(2);

        remains.found(Topics.UNLABELED, "a");
        assertThat(remains.open(Topics.UNLABELED)).containsExactlyInAnyOrder("a", "b");
    }
}

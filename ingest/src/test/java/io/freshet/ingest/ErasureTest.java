package io.freshet.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.Erasure;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.UnlabeledImage;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ErasureTest extends IngestTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    @Test
    void anErasedImageIsDroppedWhateverFileItComesIn() {
        ingest.erase(new Erasure.Image(id(TestImages.jpeg(1))));

        ingest.send(TestImages.jpeg(1));
        ingest.send(TestImages.reencodedAsPng(TestImages.jpeg(1)));
        ingest.send(TestImages.jpeg(2));

        assertThat(ingest.unlabeled.readValuesToList())
                .extracting(UnlabeledImage::id)
                .containsExactly(id(TestImages.jpeg(2)));
        assertThat(ingest.images("erased")).isEqualTo(2);
        assertThat(ingest.images("kept")).isOne();
    }

    @Test
    void noImageOfAnErasedSubjectIsKeptNorWhatOfItCannotBeDecoded() {
        ingest.erase(Erasure.Subject.named("ann"));

        ingest.sendOf("ann", TestImages.png(1));
        ingest.sendOf("ann", TestImages.truncated(TestImages.png(2)));
        ingest.sendOf("bob", TestImages.png(3));
        ingest.send(TestImages.png(4));

        assertThat(ingest.unlabeled.readValuesToList())
                .extracting(UnlabeledImage::subject)
                .containsExactly("bob", "");
        assertThat(ingest.deadLetters.isEmpty()).isTrue();
        assertThat(ingest.images("erased")).isEqualTo(2);
    }

    @Test
    void theStateForgetsAnErasedImageAndKeepsTheOthers() {
        ingest.send(TestImages.png(1));
        ingest.send(TestImages.png(2));
        ingest.erase(new Erasure.Image(id(TestImages.png(1))));
        long before = ingest.remembered();

        ingest.wait(SOON);

        assertThat(ingest.remembered()).isLessThan(before);
        ingest.send(TestImages.brighter(1, 10)); // of which nothing is remembered now
        ingest.send(TestImages.brighter(2, 10));
        assertThat(ingest.images("near-duplicate")).isOne();
        assertThat(ingest.images("kept")).isEqualTo(3);
    }

    @Test
    void theStateForgetsAllImagesOfAnErasedSubject() {
        for (int seed = 0; seed < 5; seed++) {
            ingest.sendOf("ann", TestImages.png(seed));
        }
        ingest.erase(Erasure.Subject.named("bob"));
        ingest.wait(SOON);
        assertThat(ingest.remembered()).isGreaterThanOrEqualTo(5);

        ingest.erase(Erasure.Subject.named("ann"));
        ingest.wait(SOON);
        assertThat(ingest.remembered()).isZero();
    }

    private static ImageId id(byte[] image) {
        return TestImages.decode(image).id();
    }
}

package io.freshet.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.ingest.HostileImages.Case;
import io.freshet.protocol.DeadLetter;
import io.freshet.protocol.UnlabeledImage;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** In a heap of 512 MiB, as the build gives to the tests of this module. */
class HostileImagesTest extends IngestTest {

    private static final Logger LOG = LoggerFactory.getLogger(HostileImagesTest.class);

    static List<Case> handmade() {
        return HostileImages.handmade();
    }

    @ParameterizedTest
    @MethodSource("handmade")
    void isADeadLetterWithTheRightReason(Case hostile) {
        assertThatItIsRefused(hostile);
    }

    @Test
    void whatAFuzzerBrokeIsADeadLetter() {
        HostileImages.fuzzed(600, 1).forEach(this::assertThatItIsRefused);

        assertThat(ingest.unlabeled.isEmpty()).isTrue();
    }

    @Test
    void whatAFuzzerChangedAnywhereIsAnImageOrADeadLetter() {
        List<byte[]> mutants = HostileImages.blindlyMutated(600, 2);
        mutants.forEach(ingest::send);

        List<UnlabeledImage> kept = ingest.unlabeled.readValuesToList();
        assertThat(kept).allSatisfy(image -> TestImages.decode(image.png().bytes()));
        assertThat(ingest.images("kept")
                        + ingest.images("duplicate")
                        + ingest.images("near-duplicate")
                        + ingest.images("refused"))
                .isEqualTo(mutants.size());
        assertThat(ingest.images("refused")).isGreaterThan(200);
    }

    private void assertThatItIsRefused(Case hostile) {
        ingest.send(hostile.file().bytes());

        assertThat(ingest.deadLetters.isEmpty()).as(hostile.name()).isFalse();
        TestRecord<byte[], byte[]> letter = ingest.deadLetters.readRecord();
        assertThat(DeadLetter.read(letter.headers()).map(DeadLetter::reason))
                .as(hostile.name())
                .contains(hostile.reason());
    }

    @AfterEach
    void tellTheSlowest(TestInfo test) {
        double slowest = ingest.registry.get("freshet.ingest.decode").timer().max(TimeUnit.MILLISECONDS);
        LOG.info("{}: {} ms at most", test.getDisplayName(), Math.round(slowest));
    }
}

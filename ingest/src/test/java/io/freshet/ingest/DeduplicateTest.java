package io.freshet.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DeduplicateTest extends IngestTest {

    @Test
    void aCopyIsDropped() {
        ingest.send(TestImages.jpeg(1));
        ingest.send(TestImages.jpeg(2));
        ingest.send(TestImages.jpeg(1));

        assertThat(ingest.unlabeled.getQueueSize()).isEqualTo(2);
        assertThat(ingest.images("kept")).isEqualTo(2);
        assertThat(ingest.images("duplicate")).isOne();
    }

    @Test
    void anotherFileOfTheSamePixelsIsDropped() {
        ingest.send(TestImages.jpeg(1));
        ingest.send(TestImages.reencodedAsPng(TestImages.jpeg(1)));
        ingest.send(TestImages.withOrientation(TestImages.jpeg(1), 1));

        assertThat(ingest.unlabeled.getQueueSize()).isOne();
    }

    @Test
    void aNearCopyIsDroppedAndCountedApart() {
        ingest.send(TestImages.png(1));
        ingest.send(TestImages.brighter(1, 10));

        assertThat(ingest.unlabeled.getQueueSize()).isOne();
        assertThat(ingest.images("near-duplicate")).isOne();
        assertThat(ingest.images("duplicate")).isZero();
    }

    @Test
    void anImageThatComesAgainAfterTheWindowIsKeptAgain() {
        ingest.send(TestImages.png(1));
        ingest.clock.advance(IngestHarness.WINDOW.minusMillis(1));
        ingest.send(TestImages.png(1));
        assertThat(ingest.unlabeled.getQueueSize()).isOne();

        ingest.clock.advance(Duration.ofMillis(1));
        ingest.send(TestImages.png(1));
        assertThat(ingest.unlabeled.getQueueSize()).isEqualTo(2);
    }

    @Test
    void aRecordFromTheFutureDoesNotMakeTheStreamForget() {
        ingest.send(TestImages.png(1));
        ingest.sendAt(TestImages.png(2), IngestHarness.START.plus(Duration.ofDays(3_650)));
        ingest.send(TestImages.png(1));

        assertThat(ingest.unlabeled.getQueueSize()).isEqualTo(2);
    }

    @Test
    void copiesFromACameraWithoutAClockAreDropped() {
        ingest.send(TestImages.png(1));
        ingest.sendAt(TestImages.png(2), Instant.EPOCH);
        ingest.sendAt(TestImages.png(2), Instant.EPOCH);

        assertThat(ingest.unlabeled.getQueueSize()).isEqualTo(2);
    }
}

package io.freshet.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.UnlabeledImage;
import io.freshet.protocol.image.PixelImage;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

class DecodeTest extends IngestTest {

    @Test
    void anImageComesOutDecodedUnderItsId() {
        byte[] jpeg = TestImages.jpeg(1);
        ingest.send(jpeg);

        TestRecord<String, UnlabeledImage> record = ingest.unlabeled.readRecord();
        PixelImage pixels = TestImages.decode(jpeg);
        assertThat(record.key()).isEqualTo(pixels.id().hex());
        assertThat(record.value().id()).isEqualTo(pixels.id());
        assertThat(record.value().png()).isEqualTo(pixels.toPng());
        assertThat(record.value().traffic()).isEqualTo(new TopicPosition(0, 0));
        assertThat(record.value().observedAt()).isEqualTo(IngestHarness.START);
        assertThat(ingest.deadLetters.isEmpty()).isTrue();
        assertThat(ingest.images("kept")).isOne();
    }

    @Test
    void aLargeImageIsShrunkToTheLongestSide() {
        byte[] jpeg = TestImages.jpeg(1, 2 * IngestHarness.KEPT_SIDE, IngestHarness.KEPT_SIDE);
        ingest.send(jpeg);

        UnlabeledImage image = ingest.unlabeled.readValue();
        PixelImage kept = TestImages.decode(image.png().bytes());
        assertThat(kept.width()).isEqualTo(IngestHarness.KEPT_SIDE);
        assertThat(kept.height()).isEqualTo(IngestHarness.KEPT_SIDE / 2);
        assertThat(image.id()).isEqualTo(kept.id());
    }

    @Test
    void theHeadersOfTheTrafficStayBehind() {
        ingest.traffic.pipeInput(new TestRecord<>(
                null,
                TestImages.png(1),
                new RecordHeaders().add("authorization", new byte[] {1}),
                IngestHarness.START));

        assertThat(ingest.unlabeled.readRecord().headers()).isEmpty();
    }

    @Test
    void anImageIsTurnedUprightAsItsExifSays() {
        byte[] lying = TestImages.jpeg(1, 24, 16);
        ingest.send(TestImages.withOrientation(lying, 6)); // a quarter turn to the right makes it upright

        PixelImage stored = TestImages.decode(lying);
        PixelImage upright =
                TestImages.decode(ingest.unlabeled.readValue().png().bytes());
        assertThat(upright.width()).isEqualTo(16);
        assertThat(upright.height()).isEqualTo(24);
        assertThat(upright.value(15, 0, 0)).isEqualTo(stored.value(0, 0, 0));
        assertThat(upright.value(0, 23, 2)).isEqualTo(stored.value(23, 15, 2));
    }

    @Test
    void whatIsRefusedIsCountedByItsReason() {
        ingest.send(TestImages.truncated(TestImages.png(1)));
        ingest.send(new byte[0]);

        assertThat(ingest.images("refused")).isEqualTo(2);
        assertThat(ingest.refused("undecodable")).isOne();
        assertThat(ingest.refused("empty")).isOne();
        assertThat(ingest.refused("oversize")).isZero();
        assertThat(ingest.unlabeled.isEmpty()).isTrue();
    }

    @Test
    void decodingIsTimed() {
        ingest.send(TestImages.png(1));

        assertThat(ingest.registry.get("freshet.ingest.decode").timer().count()).isOne();
    }
}

package io.freshet.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.freshet.protocol.DeadLetter;
import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.Erasure;
import io.freshet.protocol.TrafficImage;
import io.freshet.protocol.UnlabeledImage;
import io.freshet.protocol.claim.ClaimCheck;
import io.freshet.protocol.claim.FolderImageStore;
import io.freshet.protocol.claim.ImageReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LargeImagesTest extends IngestTest {

    private static final byte[] LARGE = TestImages.jpeg(1, 60, 40);

    private FolderImageStore store;

    @BeforeEach
    void openStore() {
        store = new FolderImageStore(folder.resolve("images"));
    }

    @Test
    void anImageInTheStoreIsKeptAsOneInTheRecord() throws IOException {
        sendByReference(LARGE, "ann");

        UnlabeledImage image = ingest.unlabeled.readValue();
        assertThat(image.id()).isEqualTo(TestImages.decode(LARGE).id());
        assertThat(image.png()).isEqualTo(TestImages.decode(LARGE).toPng());
        assertThat(image.subject()).isEqualTo("ann");
        assertThat(store.locations(Erasure.Subject.named("ann"))).containsExactly(image.location());
        assertThat(ingest.deadLetters.isEmpty()).isTrue();
    }

    @Test
    void aCopyIsKnownWhicheverWayItComes() throws IOException {
        ingest.send(LARGE);
        sendByReference(LARGE, "");

        assertThat(ingest.unlabeled.readValuesToList()).hasSize(1);
        assertThat(ingest.images("duplicate")).isOne();
    }

    @Test
    void whatIsMissingOrAlteredOrOutsideOrTooLargeIsADeadLetterWithItsReason() throws IOException {
        ProducerRecord<byte[], byte[]> missing = referring(TestImages.png(1), "");
        delete(missing);
        ProducerRecord<byte[], byte[]> altered = referring(TestImages.png(2), "");
        Files.write(file(altered), TestImages.png(3));
        ProducerRecord<byte[], byte[]> outside = referring(TestImages.png(4), "");
        outside.headers().add("ce_dataref", bytes("file:///etc/passwd"));
        ProducerRecord<byte[], byte[]> tooLarge = referring(new byte[(8 << 20) + 1], "");
        ProducerRecord<byte[], byte[]> noImage = referring(bytes("no image"), "");

        Stream.of(missing, altered, outside, tooLarge, noImage).forEach(this::send);

        List<TestRecord<byte[], byte[]>> letters = ingest.deadLetters.readRecordsToList();
        assertThat(letters)
                .map(letter -> DeadLetter.read(letter.headers()).orElseThrow().reason())
                .containsExactly(
                        "reference-missing",
                        "reference-altered",
                        "reference-unusable",
                        "reference-too-large",
                        "unknown-format");
        assertThat(letters)
                .as("can be sent again as they came")
                .allSatisfy(letter ->
                        assertThat(ImageReference.read(letter.headers())).isPresent());
        assertThat(ingest.refused("reference-missing")).isOne();
        assertThat(ingest.unlabeled.isEmpty()).isTrue();
    }

    @Test
    void aStoreThatIsAwayStopsTheStreamInsteadOfRefusingWhatItHolds() throws IOException {
        ProducerRecord<byte[], byte[]> record = referring(LARGE, "");
        Files.move(folder.resolve("images"), folder.resolve("away"));

        assertThatExceptionOfType(StreamsException.class).isThrownBy(() -> send(record));
    }

    @Test
    void anErasedImageThatComesAgainLeavesTheStoreToo() throws IOException {
        ingest.erase(new Erasure.Image(TestImages.decode(LARGE).id()));
        ingest.erase(Erasure.Subject.named("ann"));

        ProducerRecord<byte[], byte[]> byImage = sendByReference(LARGE, "");
        ProducerRecord<byte[], byte[]> bySubject = sendByReference(TestImages.png(2), "ann");
        ProducerRecord<byte[], byte[]> other = sendByReference(TestImages.png(3), "bob");

        assertThat(file(byImage)).doesNotExist();
        assertThat(file(bySubject)).doesNotExist();
        assertThat(file(other)).exists();
        assertThat(ingest.images("erased")).isEqualTo(2);
    }

    @Test
    void anErasedSubjectsRecordDeletesNobodyElsesImage() throws IOException {
        ingest.erase(Erasure.Subject.named("ann"));
        ProducerRecord<byte[], byte[]> bobs = referring(LARGE, "bob");
        bobs.headers().add("ce_subject", bytes("ann"));

        send(bobs);

        assertThat(file(bobs)).exists();
    }

    @Test
    void imagesLeaveTheStoreWhenTheirTimeIsOver() throws IOException {
        ProducerRecord<byte[], byte[]> old = referring(TestImages.png(1), "");
        ProducerRecord<byte[], byte[]> young = referring(TestImages.png(2), "");
        Files.setLastModifiedTime(file(old), FileTime.from(IngestHarness.START.minus(Duration.ofDays(2))));
        Files.setLastModifiedTime(file(young), FileTime.from(IngestHarness.START));

        try (ImageRetention retention = new ImageRetention(store, Duration.ofDays(1), ingest.clock)) {
            retention.clean();
        }

        assertThat(file(old)).doesNotExist();
        assertThat(file(young)).exists();
    }

    private ProducerRecord<byte[], byte[]> sendByReference(byte[] image, String subject) throws IOException {
        ProducerRecord<byte[], byte[]> record = referring(image, subject);
        send(record);
        return record;
    }

    private ProducerRecord<byte[], byte[]> referring(byte[] image, String subject) throws IOException {
        return new ClaimCheck(Optional.of(store), 1)
                .record(
                        null,
                        new TrafficImage(
                                new EncodedImage(image),
                                Optional.empty(),
                                "e",
                                "/s",
                                ingest.clock.instant(),
                                Optional.empty(),
                                subject));
    }

    private void send(ProducerRecord<byte[], byte[]> record) {
        ingest.traffic.pipeInput(new TestRecord<>(null, record.value(), record.headers(), ingest.clock.instant()));
    }

    private void delete(ProducerRecord<byte[], byte[]> record) throws IOException {
        Files.delete(file(record));
    }

    private Path file(ProducerRecord<byte[], byte[]> record) {
        return folder.resolve("images")
                .resolve(ImageReference.read(record.headers()).orElseThrow().location());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package io.freshet.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.DeadLetter;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.Topics;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

class DeadLettersTest extends IngestTest {

    private static final byte[] KEY = {7};

    @Test
    void aLetterIsTheRecordAsItCameAndTheReason() {
        byte[] broken = TestImages.truncated(TestImages.png(1));
        byte[] source = "/cameras/7".getBytes(StandardCharsets.UTF_8);
        ingest.send(TestImages.png(2));
        TestRecord<byte[], byte[]> letter = refuse(broken, new RecordHeaders().add("ce_source", source));

        assertThat(letter.key()).isEqualTo(KEY);
        assertThat(letter.value()).isEqualTo(broken);
        assertThat(letter.headers().headers("ce_source"))
                .singleElement()
                .satisfies(header -> assertThat(header.value()).isEqualTo(source));
        assertThat(DeadLetter.read(letter.headers())).hasValueSatisfying(read -> {
            assertThat(read.reason()).isEqualTo("undecodable");
            assertThat(read.stage()).isEqualTo("decode");
            assertThat(read.origin()).isEqualTo(new TopicPosition(0, 1));
        });
    }

    @Test
    void aRecordWithoutAValueIsADeadLetterToo() {
        ingest.traffic.pipeInput(KEY, null, IngestHarness.START);

        TestRecord<byte[], byte[]> letter = ingest.deadLetters.readRecord();
        assertThat(letter.key()).isEqualTo(KEY);
        assertThat(letter.value()).isNull();
        assertThat(DeadLetter.read(letter.headers()).map(DeadLetter::reason)).contains("empty");
    }

    @Test
    void aRecordThatLeavesNoRoomForTheReasonStaysInTheTraffic() {
        assertThatTheLetterGoesAlone(refuse(new byte[Topics.MAX_RECORD_BYTES - 100], new RecordHeaders()));
    }

    @Test
    void headersThatLeaveNoRoomForTheReasonStayInTheTraffic() {
        Headers headers = new RecordHeaders().add("ce_source", new byte[Topics.MAX_RECORD_BYTES - 100]);

        assertThatTheLetterGoesAlone(refuse(new byte[] {1, 2, 3}, headers));
    }

    private static void assertThatTheLetterGoesAlone(TestRecord<byte[], byte[]> letter) {
        assertThat(letter.key()).isNull();
        assertThat(letter.value()).isNull();
        assertThat(letter.headers().headers("ce_source")).isEmpty();
        assertThat(DeadLetter.read(letter.headers())).hasValueSatisfying(read -> {
            assertThat(read.reason()).isEqualTo("unknown-format");
            assertThat(read.detail()).contains("too large to lie here");
            assertThat(read.origin()).isEqualTo(new TopicPosition(0, 0));
        });
    }

    private TestRecord<byte[], byte[]> refuse(byte[] value, Headers headers) {
        ingest.traffic.pipeInput(new TestRecord<>(KEY, value, headers, IngestHarness.START));
        return ingest.deadLetters.readRecord();
    }
}

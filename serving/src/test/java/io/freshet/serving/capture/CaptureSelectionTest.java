package io.freshet.serving.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CaptureSelectionTest {

    private final AtomicLong nanos = new AtomicLong();

    private CaptureSelection selection(double share, int maxPerSecond) {
        return new CaptureSelection(share, List.of("camera/9"), maxPerSecond, nanos::get);
    }

    private static List<Integer> drawn(CaptureSelection selection, int requests) {
        return IntStream.range(0, requests)
                .filter(i -> selection.leftOut("request-" + i, "camera/1").isEmpty())
                .boxed()
                .toList();
    }

    @Test
    void aShareOfTheRequestsIsDrawnAndEveryReplicaDrawsTheSame() {
        List<Integer> drawn = drawn(selection(.25, 0), 4_000);

        assertThat(drawn).hasSizeBetween(900, 1_100);
        assertThat(drawn(selection(.25, 0), 4_000)).isEqualTo(drawn);
        assertThat(drawn(selection(.5, 0), 4_000)).containsAll(drawn);
        assertThat(selection(0, 0).leftOut("request-1", "camera/1")).hasValue(CaptureOutcome.UNSAMPLED);
        assertThat(drawn(selection(1, 0), 100)).hasSize(100);
    }

    @Test
    void aSourceThatIsLeftOutIsLeftOutWhole() {
        assertThat(selection(1, 0).leftOut("request-1", "camera/9")).hasValue(CaptureOutcome.EXCLUDED);
    }

    private static long taken(CaptureSelection selection, int images) {
        return IntStream.range(0, images).filter(i -> selection.isWithinCap()).count();
    }

    @Test
    void noMoreThanTheCapGoInASecond() {
        CaptureSelection selection = selection(1, 10);

        assertThat(taken(selection, 100)).isEqualTo(10);
        nanos.addAndGet(Duration.ofMillis(500).toNanos());
        assertThat(taken(selection, 100)).isEqualTo(5);
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(taken(selection, 100)).isEqualTo(10);
    }

    @Test
    void withoutACapAllGo() {
        assertThat(taken(selection(1, 0), 100)).isEqualTo(100);
    }
}

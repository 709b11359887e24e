package io.freshet.serving.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.protocol.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CaptureConfigTest {

    @Test
    void theDefaultsDelayNoAnswer() {
        CaptureConfig defaults = CaptureConfig.defaults();

        assertThat(defaults.mode()).isEqualTo(CaptureMode.ASYNC);
        assertThat(defaults.source()).isEqualTo("freshet-serving");
        assertThat(defaults.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(defaults.sketchSize()).isEqualTo(16);
    }

    @Test
    void aSourceIsAUriReference() {
        assertThat(CaptureConfig.isSource("camera/4")).isTrue();
        assertThat(CaptureConfig.isSource("https://shop.example/uploads?x=1")).isTrue();
        assertThat(CaptureConfig.isSource("")).isFalse();
        assertThat(CaptureConfig.isSource("my camera")).isFalse();
    }

    @Test
    void whatCannotWorkIsRefusedByItsKey() {
        assertThatThrownBy(() -> with("my camera", Duration.ofSeconds(5), 64 << 20))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("capture.source");
        assertThatThrownBy(() -> with("x", Duration.ZERO, 64 << 20)).hasMessageContaining("capture.timeout");
        assertThatThrownBy(() -> with("x", Duration.ofMillis(1), 64 << 20)).hasMessageContaining("capture.linger");
        assertThatThrownBy(() -> with("x", Duration.ofSeconds(5), 1_000)).hasMessageContaining("capture.bufferBytes");
        assertThatThrownBy(() -> with(1.5, 0, 1L << 30)).hasMessageContaining("capture.share");
        assertThatThrownBy(() -> with(1, -1, 1L << 30)).hasMessageContaining("capture.maxPerSecond");
        assertThatThrownBy(() -> with(1, 0, 1_000)).hasMessageContaining("capture.spoolBytes");
        assertThatThrownBy(() -> new LargeImagesConfig(Optional.empty(), Topics.MAX_RECORD_BYTES))
                .hasMessageContaining("capture.images.inlineBytes");
    }

    private static CaptureConfig with(String source, Duration timeout, int bufferBytes) {
        return with(source, timeout, bufferBytes, 1, 0, 1L << 30);
    }

    private static CaptureConfig with(double share, int maxPerSecond, long spoolBytes) {
        return with("x", Duration.ofSeconds(5), 64 << 20, share, maxPerSecond, spoolBytes);
    }

    private static CaptureConfig with(
            String source, Duration timeout, int bufferBytes, double share, int maxPerSecond, long spoolBytes) {
        return new CaptureConfig(
                CaptureMode.ASYNC,
                share,
                maxPerSecond,
                List.of(),
                source,
                timeout,
                Duration.ofMillis(2),
                bufferBytes,
                16,
                WhenAway.SPOOL,
                Path.of("spool"),
                spoolBytes,
                LargeImagesConfig.defaults());
    }
}

package io.freshet.serving.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
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
    }

    private static CaptureConfig with(String source, Duration timeout, int bufferBytes) {
        return new CaptureConfig(CaptureMode.ASYNC, source, timeout, Duration.ofMillis(2), bufferBytes, 16);
    }
}

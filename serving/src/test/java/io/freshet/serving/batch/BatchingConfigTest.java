package io.freshet.serving.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchingConfigTest {

    private static final Duration TARGET = Duration.ofMillis(50);

    @Test
    void byDefaultAFreeWorkerTakesWhatIsThere() {
        assertThat(BatchingConfig.defaults()).isEqualTo(new BatchingConfig(2, 32, TARGET, Duration.ZERO, 1_024));
    }

    @Test
    void whatCannotWorkIsRefusedByItsKey() {
        assertThatThrownBy(() -> new BatchingConfig(0, 32, TARGET, Duration.ZERO, 64))
                .hasMessageContaining("batching.workers");
        assertThatThrownBy(() -> new BatchingConfig(1, 32, Duration.ZERO, Duration.ZERO, 64))
                .hasMessageContaining("batching.latencyTarget");
        assertThatThrownBy(() -> new BatchingConfig(1, 32, TARGET, Duration.ofMillis(-1), 64))
                .hasMessageContaining("batching.maxDelay");
        assertThatThrownBy(() -> new BatchingConfig(1, 32, TARGET, Duration.ZERO, 31))
                .hasMessageContaining("batching.maxQueued");
    }
}

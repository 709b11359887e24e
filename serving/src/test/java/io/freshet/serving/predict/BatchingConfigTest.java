package io.freshet.serving.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchingConfigTest {

    @Test
    void theDefaultsGatherForAMillisecond() {
        assertThat(BatchingConfig.defaults()).isEqualTo(new BatchingConfig(2, 32, Duration.ofMillis(1), 1_024));
    }

    @Test
    void whatCannotWorkIsRefusedByItsKey() {
        assertThatThrownBy(() -> new BatchingConfig(0, 32, Duration.ZERO, 64)).hasMessageContaining("batching.workers");
        assertThatThrownBy(() -> new BatchingConfig(1, 32, Duration.ofMillis(-1), 64))
                .hasMessageContaining("batching.maxDelay");
        assertThatThrownBy(() -> new BatchingConfig(1, 32, Duration.ZERO, 31))
                .hasMessageContaining("batching.maxQueued");
    }
}

package io.freshet.serving.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchLimitTest {

    private static final long MILLISECOND = 1_000_000;

    private final BatchLimit limit = new BatchLimit(32, Duration.ofMillis(10));

    @Test
    void itBeginsWithTheLargestBatch() {
        assertThat(limit.images()).isEqualTo(32);
    }

    @Test
    void aFullBatchThatTookTooLongMakesTheNextSmaller() {
        limit.ran(32, 11 * MILLISECOND);

        assertThat(limit.images()).isEqualTo(28);
    }

    @Test
    void itComesDownToOneAndNoFurther() {
        for (int i = 0; i < 100; i++) {
            limit.ran(limit.images(), 11 * MILLISECOND);
        }

        assertThat(limit.images()).isEqualTo(1);
    }

    @Test
    void fullBatchesInTimeBringItBackImageByImage() {
        limit.ran(32, 11 * MILLISECOND);
        limit.ran(28, 9 * MILLISECOND);
        assertThat(limit.images()).isEqualTo(29);
        limit.ran(5, 9 * MILLISECOND); // says nothing of a full one
        assertThat(limit.images()).isEqualTo(29);
        for (int i = 0; i < 10; i++) {
            limit.ran(limit.images(), 9 * MILLISECOND);
        }

        assertThat(limit.images()).isEqualTo(32);
    }
}

package io.freshet.trainer.labelling;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.labelling.ChunkLabels;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class LabellingJobTest {

    private final LabellingJob job = new LabellingJob("job", 5, 2, 2);

    @Test
    void aChunkCountsOnceHoweverOftenItComes() {
        assertThat(job.take(labels("job", 0, .9f, .1f, .8f, .2f))).isEqualTo(2);
        assertThat(job.take(labels("job", 0, 0, 1, 0, 1))).isZero();
        assertThat(job.put(2, new float[] {.5f, .5f}, "the trainer")).isOne();
        assertThat(job.take(labels("job", 2, 0, 1))).isZero();
        assertThat(job.open()).isOne();
        assertThat(job.take(labels("job", 1, 1, 0, 1, 0))).isEqualTo(2);

        assertThat(job.open()).isZero();
        assertThat(job.probabilities()).containsExactly(.9f, .1f, .8f, .2f, 1, 0, 1, 0, .5f, .5f);
        assertThat(job.chunksBy()).containsEntry("a labeller", 2).containsEntry("the trainer", 1);
    }

    @Test
    void whatIsNoAnswerToTheJobIsLeftOut() {
        assertThat(job.take(labels("another", 0, .9f, .1f, .8f, .2f))).isZero();
        assertThat(job.take(labels("job", 3, .9f, .1f))).isZero(); // there are three
        assertThat(job.take(labels("job", 0, .9f, .1f))).isZero(); // of one image, and there are two
        assertThat(job.take(labels("job", 2, .9f, .3f))).isZero(); // no distribution
        assertThat(job.take(labels("job", 2, Float.NaN, 1))).isZero();
        assertThat(job.take(labels("job", 2, 1.5f, -.5f))).isZero();
        assertThat(job.open()).isEqualTo(3);
    }

    private static ChunkLabels labels(String job, int number, float... probabilities) {
        return new ChunkLabels(job, number, 2, FloatBuffer.wrap(probabilities), "a labeller");
    }
}

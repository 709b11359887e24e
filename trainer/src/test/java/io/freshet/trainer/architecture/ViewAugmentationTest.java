package io.freshet.trainer.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.freshet.engine.NativeTensorFlow;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class ViewAugmentationTest {

    private static final int IMAGES = 64;
    private static final int SIDE = 12;

    @Test
    void withoutMagnitudeAGrayImageStaysAsItIs() {
        float[] images = images(1);
        assertThat(view(images, 1, false, 0, 7)).containsExactly(images, within(1e-5f));
    }

    @Test
    void withoutMagnitudeAMirroredImageIsTheImageFromRightToLeft() {
        float[] images = images(1);
        float[] views = view(images, 1, true, 0, 7);
        int mirrored = 0;
        for (int image = 0; image < IMAGES; image++) {
            boolean flipped = Math.abs(at(views, image, 0, 0) - at(images, image, 0, 0)) > 1e-4;
            mirrored += flipped ? 1 : 0;
            for (int x = 0; x < SIDE; x++) {
                assertThat(at(views, image, 5, x))
                        .isCloseTo(at(images, image, 5, flipped ? SIDE - 1 - x : x), within(1e-4f));
            }
        }
        assertThat(mirrored).isBetween(IMAGES / 4, 3 * IMAGES / 4);
    }

    @Test
    void aCropShowsPartOfTheImageAndNothingFromBesideIt() {
        // Brightness that rises from left to right by one part in SIDE a pixel.
        float[] ramp = new float[IMAGES * SIDE * SIDE];
        for (int i = 0; i < ramp.length; i++) {
            ramp[i] = (float) (i % SIDE) / SIDE;
        }
        float[] views = view(ramp, 1, false, 1, 7);
        for (float value : views) {
            assertThat(value).isBetween(0f, 1f);
        }
        int closer = 0;
        for (int image = 0; image < IMAGES; image++) {
            closer += at(views, image, 5, SIDE - 1) - at(views, image, 5, 0) < .75f * (SIDE - 1) / SIDE ? 1 : 0;
        }
        assertThat(closer).isGreaterThan(IMAGES / 2);
    }

    @Test
    void someViewsHaveNoColour() {
        float[] views = view(images(3), 3, true, 1, 7);
        int gray = 0;
        for (int image = 0; image < IMAGES; image++) {
            int middle = ((image * SIDE + SIDE / 2) * SIDE + SIDE / 2) * 3;
            gray += Math.abs(views[middle] - views[middle + 1]) + Math.abs(views[middle] - views[middle + 2]) < 1e-5
                    ? 1
                    : 0;
        }
        assertThat(gray).isBetween(1, IMAGES / 2); // a fifth is expected
    }

    @Test
    void turningHuesLeavesGrayAsItIs() {
        float[] gray = new float[IMAGES * SIDE * SIDE * 3];
        for (int i = 0; i < gray.length; i += 3) {
            gray[i] = gray[i + 1] = gray[i + 2] = i / 3f / gray.length;
        }
        float[] views = view(gray, 3, true, 1, 7);
        for (int i = 0; i < views.length; i += 3) {
            assertThat(views[i]).isCloseTo(views[i + 1], within(1e-2f)).isCloseTo(views[i + 2], within(1e-2f));
        }
    }

    @Test
    void seedAndStepDecideTheView() {
        float[] images = images(3);
        assertThat(view(images, 3, true, 1, 7)).isEqualTo(view(images, 3, true, 1, 7));
        assertThat(view(images, 3, true, 1, 7)).isNotEqualTo(view(images, 3, true, 1, 8));
    }

    private static float at(float[] gray, int image, int y, int x) {
        return gray[(image * SIDE + y) * SIDE + x];
    }

    private static float[] images(int channels) {
        SplittableRandom random = new SplittableRandom(1);
        float[] images = new float[IMAGES * SIDE * SIDE * channels];
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextDouble();
        }
        return images;
    }

    private static float[] view(float[] images, int channels, boolean mirror, float magnitude, long step) {
        NativeTensorFlow.ensureLoaded();
        try (Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            Operand<TFloat32> view = new ViewAugmentation(tf, SIDE, SIDE, channels, mirror)
                    .apply(
                            tf.constant(Shape.of(IMAGES, SIDE, SIDE, channels), DataBuffers.of(images)),
                            tf.constant(magnitude),
                            new RandomStreams(tf.constant(new long[] {3, step})));
            try (Session session = new Session(graph);
                    Result result = session.runner().fetch(view).run()) {
                float[] values = new float[images.length];
                ((TFloat32) result.get(0)).asRawTensor().data().asFloats().read(values);
                return values;
            }
        }
    }
}

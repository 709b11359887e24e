package io.freshet.serving.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.serving.testing.TinyModels;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SwapPolicyTest {

    private static final ModelVersion NEXT = new ModelVersion("tiny", 2);
    private static final String MANIFEST = "a".repeat(64);
    private static final ModelAnnouncement ANNOUNCED = TinyModels.announcement(NEXT, "tiny/2", MANIFEST);

    private static final ModelDescriptor IN_SERVICE = TinyModels.descriptor(new ModelVersion("tiny", 1));

    private static ModelBundle bundle(ModelDescriptor descriptor) {
        return new ModelBundle(Path.of("x"), descriptor, MANIFEST);
    }

    @Test
    void theBundleThatWasAnnouncedTakesThePlaceOfAnAlikeOneOrOfNone() {
        ModelBundle bundle = bundle(TinyModels.descriptor(NEXT));

        assertThat(SwapPolicy.refusal(ANNOUNCED, bundle, Optional.of(IN_SERVICE)))
                .isEmpty();
        assertThat(SwapPolicy.refusal(ANNOUNCED, bundle, Optional.empty())).isEmpty();
    }

    @Test
    void otherFilesThanAnnouncedAreRefused() {
        ModelBundle other = new ModelBundle(Path.of("x"), TinyModels.descriptor(NEXT), "b".repeat(64));

        assertThat(SwapPolicy.refusal(ANNOUNCED, other, Optional.empty()))
                .hasValueSatisfying(reason -> assertThat(reason).contains("manifest"));
    }

    @Test
    void anotherNameOrVersionThanAnnouncedIsRefused() {
        assertThat(SwapPolicy.refusal(
                        ANNOUNCED, bundle(TinyModels.descriptor(new ModelVersion("tiny", 3))), Optional.empty()))
                .hasValueSatisfying(reason -> assertThat(reason).contains("tiny/3"));
        assertThat(SwapPolicy.refusal(
                        ANNOUNCED, bundle(TinyModels.descriptor(new ModelVersion("small", 2))), Optional.empty()))
                .hasValueSatisfying(reason -> assertThat(reason).contains("small/2"));
    }

    @Test
    void otherClassesThanThoseInServiceAreRefusedAndSoIsAnotherOrder() {
        List<String> reversed = TinyModels.CLASSES.reversed();

        assertThat(SwapPolicy.refusal(
                        ANNOUNCED,
                        bundle(TinyModels.descriptor(NEXT, reversed, TinyModels.SHAPE)),
                        Optional.of(IN_SERVICE)))
                .hasValueSatisfying(reason -> assertThat(reason).contains("classes"));
    }

    @Test
    void anotherInputShapeThanTheOneInServiceIsRefused() {
        ImageShape colour = new ImageShape(28, 28, 3);

        assertThat(SwapPolicy.refusal(
                        ANNOUNCED,
                        bundle(TinyModels.descriptor(NEXT, TinyModels.CLASSES, colour)),
                        Optional.of(IN_SERVICE)))
                .hasValueSatisfying(reason -> assertThat(reason).contains("28x28x3"));
    }
}

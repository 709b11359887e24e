package io.freshet.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.freshet.protocol.ImageId;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AuditSampleTest {

    private static final List<ImageId> IDS = IntStream.range(0, 20_000)
            .mapToObj(i -> ImageId.ofPixels(1, 1, new byte[] {(byte) (i >> 16), (byte) (i >> 8), (byte) i}))
            .toList();

    /** Of the id of 32 zero bytes: the first 8 bytes of its HMAC-SHA-256 by the public salt, over 2^64. */
    private static final double POSITION_OF_ZERO = 0.8542337538054523;

    @Test
    void itIsTheConfiguredShareOfAllImages() {
        // Four standard deviations of a binomial share: sqrt(.1 * .9 / 20,000) is .0021.
        assertThat(share(new AuditSample(new AuditConfig(.1, "s")))).isCloseTo(.1, within(.0085));
        assertThat(share(new AuditSample(new AuditConfig(0, "s")))).isZero();
        assertThat(share(new AuditSample(new AuditConfig(1, "s")))).isOne();
    }

    @Test
    void anyReplicaDrawsTheSameImages() {
        assertThat(drawn(new AuditConfig(.02, "s"))).isEqualTo(drawn(new AuditConfig(.02, "s")));
    }

    @Test
    void aLargerShareHasTheImagesOfTheSmallerToo() {
        assertThat(drawn(new AuditConfig(.1, "s"))).containsAll(drawn(new AuditConfig(.02, "s")));
    }

    @Test
    void anotherSaltDrawsOtherImages() {
        List<ImageId> drawn = drawn(new AuditConfig(.1, "s"));
        List<ImageId> drawnWithAnother = drawn(new AuditConfig(.1, "t"));
        long both = drawn.stream().filter(drawnWithAnother::contains).count();
        assertThat(both / (double) drawn.size()).isCloseTo(.1, within(.03));
    }

    @Test
    void theDrawIsKeptAcrossReleases() {
        ImageId id = ImageId.ofBytes(new byte[32]);
        assertThat(new AuditSample(new AuditConfig(POSITION_OF_ZERO + 1e-9, AuditConfig.PUBLIC_SALT)).contains(id))
                .isTrue();
        assertThat(new AuditSample(new AuditConfig(POSITION_OF_ZERO - 1e-9, AuditConfig.PUBLIC_SALT)).contains(id))
                .isFalse();
    }

    private static double share(AuditSample sample) {
        return IDS.stream().filter(sample::contains).count() / (double) IDS.size();
    }

    private static List<ImageId> drawn(AuditConfig config) {
        return IDS.stream().filter(new AuditSample(config)::contains).toList();
    }
}

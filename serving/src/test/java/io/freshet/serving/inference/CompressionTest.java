package io.freshet.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.serving.testing.TinyModels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CompressionTest {

    private final Admission admission = new Admission(1, 1_000_000);

    @ParameterizedTest
    @EnumSource
    void whatIsPackedComesOutAsItWas(Compression compression) throws Exception {
        byte[] plain = TinyModels.pixels(1, TinyModels.SHAPE);

        assertThat(compression.unpack(
                        compression.pack(plain), 10_000, admission.admit(0).orElseThrow()))
                .isEqualTo(plain);
    }

    @ParameterizedTest
    @EnumSource
    void aSmallBodyThatHoldsTooMuchIsTurnedDown(Compression compression) {
        byte[] bomb = compression.pack(new byte[500_000]);
        assertThat(bomb.length).isLessThan(1_000);

        assertThatThrownBy(() ->
                        compression.unpack(bomb, 100_000, admission.admit(0).orElseThrow()))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.failure().status()).isEqualTo(413));
    }

    @Test
    void whatIsUnpackedCountsAgainstTheBytesOfAllRequests() {
        byte[] packed = Compression.GZIP.pack(new byte[2_000_000]);

        assertThatThrownBy(() -> Compression.GZIP.unpack(
                        packed, 5_000_000, admission.admit(0).orElseThrow()))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.failure().status()).isEqualTo(429));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotPackedSoIsTurnedDown(Compression compression) {
        assertThatThrownBy(() -> compression.unpack(
                        new byte[] {1, 2, 3}, 100, admission.admit(0).orElseThrow()))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.failure().status()).isEqualTo(400));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    gzip                | GZIP
                    x-gzip              | GZIP
                    GZip;q=0.5, deflate | GZIP
                    br, deflate         | DEFLATE
                    gzip;q=0, deflate   | DEFLATE
                    br                  |
                    gzip;q=0            |
                    identity            |
                    ''                  |
                    """)
    void theFirstCodingThatBothKnowIsTaken(String acceptEncoding, Compression taken) {
        assertThat(Compression.accepted(acceptEncoding).orElse(null)).isEqualTo(taken);
    }
}

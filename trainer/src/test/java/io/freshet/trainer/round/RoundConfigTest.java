package io.freshet.trainer.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RoundConfigTest {

    @Test
    void studentsHaveTheArchitectureInServiceUnlessAnotherIsAskedFor() {
        assertThat(config("").studentArchitecture("residual-16")).isEqualTo("residual-16");
        assertThat(config("").keepsArchitecture("residual-16")).isTrue();
        assertThat(config("residual-8").studentArchitecture("residual-16")).isEqualTo("residual-8");
        assertThat(config("residual-8").keepsArchitecture("residual-16")).isFalse();
    }

    @Test
    void aLargerStudentIsTheNextOfTheFamily() {
        assertThat(config("larger").studentArchitecture("residual-16")).isEqualTo("residual-32");
        assertThat(config("larger").studentArchitecture("wide-residual-28-2")).isEqualTo("wide-residual-28-4");
        assertThat(config("larger").keepsArchitecture("residual-16")).isFalse();
    }

    @Test
    void whatIsNoArchitectureIsRefusedAtOnce() {
        assertThatThrownBy(() -> config("resnet-50"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("There is no architecture 'resnet-50'");
    }

    @Test
    void eachReplicaTakesTwoImagesOfABatchAtLeast() {
        assertThat(config("", 32).replicas()).isEqualTo(32);
        assertThatThrownBy(() -> config("", 33))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not 33 replicas with batches of 64");
        assertThatThrownBy(() -> config("", 0)).hasMessageContaining("not 0 replicas");
    }

    @Test
    void nothingIsLargerThanABroughtNetwork() {
        assertThatThrownBy(() -> config("larger").studentArchitecture("brought:our-net"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("studentArchitecture: larger cannot tell what is larger than the network 'brought:our-net':"
                        + " name one, or leave it empty to keep that");
        assertThat(config("").studentArchitecture("brought:our-net")).isEqualTo("brought:our-net");
    }

    private static RoundConfig config(String studentArchitecture) {
        return config(studentArchitecture, 1);
    }

    private static RoundConfig config(String studentArchitecture, int replicas) {
        RoundConfig defaults = RoundConfig.defaults();
        return new RoundConfig(
                defaults.initial(),
                defaults.initialArchitecture(),
                defaults.initFrom(),
                defaults.student(),
                studentArchitecture,
                defaults.candidates(),
                defaults.mirror(),
                defaults.labels(),
                defaults.labeledShare(),
                defaults.smoothing(),
                defaults.control(),
                defaults.auditImages(),
                defaults.mixedPrecision(),
                replicas,
                defaults.gate(),
                defaults.initialModel(),
                defaults.seed());
    }
}

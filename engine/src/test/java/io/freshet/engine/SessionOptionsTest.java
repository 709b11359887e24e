package io.freshet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.RewriterConfig;

class SessionOptionsTest {

    @Test
    void aFewThreadsMeanThoseOfTheCallers() throws Exception {
        ConfigProto config = parse(SessionOptions.forServing(2));

        assertThat(config.getIntraOpParallelismThreads()).isEqualTo(2);
        assertThat(config.getInterOpParallelismThreads()).isEqualTo(-1);
        assertThat(config.getUsePerSessionThreads()).isFalse();
    }

    @Test
    void allCoresForServingMeanAPoolOfItsOwn() throws Exception {
        assertThat(parse(SessionOptions.forServing(0)).getUsePerSessionThreads())
                .isTrue();
        assertThat(parse(SessionOptions.forTraining()).getUsePerSessionThreads())
                .isFalse();
    }

    @Test
    void aGpusMemoryIsTakenAsItIsNeededAndAMissingGpuIsNoError() throws Exception {
        ConfigProto config = parse(SessionOptions.forServing(1));

        assertThat(config.getGpuOptions().getAllowGrowth()).isTrue();
        assertThat(config.getAllowSoftPlacement()).isTrue();
    }

    @Test
    void mixedPrecisionIsAskedForOnCpusAndGpus() throws Exception {
        RewriterConfig rewrites = parse(SessionOptions.forTraining().withMixedPrecision(true))
                .getGraphOptions()
                .getRewriteOptions();

        assertThat(rewrites.getAutoMixedPrecision()).isEqualTo(RewriterConfig.Toggle.ON);
        assertThat(rewrites.getAutoMixedPrecisionOnednnBfloat16()).isEqualTo(RewriterConfig.Toggle.ON);
    }

    @Test
    void threadsAreNotNegative() {
        assertThatThrownBy(() -> SessionOptions.forServing(-1)).hasMessageContaining("-1");
    }

    private static ConfigProto parse(SessionOptions options) throws InvalidProtocolBufferException {
        return ConfigProto.parseFrom(Base64.getDecoder().decode(options.toConfigProto()));
    }
}

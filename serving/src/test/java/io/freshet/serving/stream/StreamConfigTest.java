package io.freshet.serving.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class StreamConfigTest {

    @Test
    void byDefaultNoTopicIsRead() {
        assertThat(StreamConfig.defaults().reads()).isFalse();
    }

    @Test
    void whatCannotWorkIsRefusedByItsKey() {
        assertThatThrownBy(() -> new StreamConfig("in", "", "group", "", 1)).hasMessageContaining("stream.responses");
        assertThatThrownBy(() -> new StreamConfig("in", "out", "", "", 1)).hasMessageContaining("stream.group");
        assertThatThrownBy(() -> new StreamConfig("in", "in", "group", "", 1)).hasMessageContaining("different topics");
        assertThatThrownBy(() -> new StreamConfig("", "", "", "", 0)).hasMessageContaining("stream.maxImages");
    }
}

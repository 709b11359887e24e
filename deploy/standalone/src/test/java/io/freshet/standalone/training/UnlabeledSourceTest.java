package io.freshet.standalone.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnlabeledSourceTest {

    @Test
    void aFolderRecordsATopicOrOffsetsOfIt() {
        assertThat(UnlabeledSource.parse("images/new")).isEqualTo(new UnlabeledSource.Folder(Path.of("images", "new")));
        assertThat(UnlabeledSource.parse("tfrecord:new")).isEqualTo(new UnlabeledSource.Records(Path.of("new")));
        assertThat(UnlabeledSource.parse("kafka")).isEqualTo(new UnlabeledSource.Stream(Optional.empty()));
        assertThat(UnlabeledSource.parse("kafka:10-20000"))
                .isEqualTo(new UnlabeledSource.Stream(Optional.of(new UnlabeledSource.Range(10, 20_000))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"kafka:", "kafka:10", "kafka:-5", "kafka:a-b", "kafka:20-10", "kafka:5-5"})
    void offsetsThatAreNoneAreRefusedWithTheFormThatIsWanted(String text) {
        assertThatThrownBy(() -> UnlabeledSource.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text)
                .hasMessageContaining("offsets");
    }
}

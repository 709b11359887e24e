package io.freshet.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.ImageId;
import io.freshet.standalone.dataset.Dataset;
import io.freshet.standalone.dataset.Dataset.Example;
import io.freshet.standalone.dataset.Datasets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CastTest {

    @Test
    void theSampleHasEnoughForTheDemoAndNoImagePlaysTwoParts() throws Exception {
        Dataset sample = Datasets.read(Datasets.SAMPLE, Path.of("unused"));
        assertThat(sample.examples()).hasSize(22_000);
        assertThat(sample.classes()).hasSize(10);

        Cast cast = Cast.of(sample, 1);
        assertThat(cast.labeled()).hasSize(1_000);
        assertThat(cast.anchor()).hasSize(4_000);
        assertThat(cast.stream()).hasSize(17_000);
        Set<ImageId> judging = ids(cast.anchor());
        assertThat(ids(cast.labeled())).doesNotContainAnyElementsOf(judging);
        assertThat(ids(cast.stream())).doesNotContainAnyElementsOf(judging);
    }

    @Test
    void oneSeedGivesOneCast() throws Exception {
        Dataset sample = Datasets.read(Datasets.SAMPLE, Path.of("unused"));
        assertThat(ids(Cast.of(sample, 3).labeled()))
                .isEqualTo(ids(Cast.of(sample, 3).labeled()));
        assertThat(ids(Cast.of(sample, 3).labeled()))
                .isNotEqualTo(ids(Cast.of(sample, 4).labeled()));
    }

    private static Set<ImageId> ids(List<Example> examples) {
        return examples.stream().map(example -> example.image().id()).collect(Collectors.toSet());
    }
}

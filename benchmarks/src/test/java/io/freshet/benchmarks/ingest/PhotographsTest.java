package io.freshet.benchmarks.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PhotographsTest {

    private static final int SIDE = 32;

    @Test
    void noImageComesTwiceHoweverTheyAreTaken() throws IOException {
        Photographs photographs = new Photographs(SIDE);

        List<byte[]> images = new ArrayList<>(photographs.take(50));
        images.addAll(photographs.take(50));

        assertThat(images.stream().map(image -> new String(image, StandardCharsets.ISO_8859_1)))
                .doesNotHaveDuplicates();
    }

    @Test
    void theImagesAreTheSameInEachRun() throws IOException {
        assertThat(new Photographs(SIDE).take(3)).containsExactlyElementsOf(new Photographs(SIDE).take(3));
    }
}

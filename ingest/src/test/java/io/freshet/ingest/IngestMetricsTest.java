package io.freshet.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.Prediction;
import io.micrometer.core.instrument.Meter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit calls start before each test
class IngestMetricsTest {

    @TempDir
    Path folder;

    private IngestHarness ingest;

    @BeforeEach
    void start() {
        ingest = new IngestHarness(folder);
    }

    @AfterEach
    void stop() {
        ingest.close();
    }

    @Test
    void everyMeterSaysWhatItShowsAndInWhichUnit() {
        assertThat(meters()).isNotEmpty().allSatisfy(meter -> {
            assertThat(meter.getDescription()).as("description of %s", meter).isNotBlank();
            assertThat(meter.getBaseUnit()).as("unit of %s", meter).isNotBlank();
        });
    }

    @Test
    void noLabelGrowsWithWhatStrangersSend() {
        List<Meter.Id> atTheStart = meters();

        for (int i = 0; i < 200; i++) {
            ingest.send(
                    TestImages.png(i),
                    new Prediction(new ModelVersion("model-" + i, 1 + i), "label-" + i, .5f, List.of(.1f, .2f)));
            ingest.sendFrom("source-" + i, TestImages.jpeg(i));
            ingest.send(("broken " + i).getBytes(StandardCharsets.UTF_8));
            ingest.send(TestImages.truncated(TestImages.png(i)));
            ingest.send(new byte[0]);
        }

        assertThat(ingest.images("refused")).isEqualTo(600);
        assertThat(meters()).containsExactlyInAnyOrderElementsOf(atTheStart);
    }

    private List<Meter.Id> meters() {
        return ingest.registry.getMeters().stream()
                .map(Meter::getId)
                .filter(id -> id.getName().startsWith("freshet."))
                .toList();
    }
}

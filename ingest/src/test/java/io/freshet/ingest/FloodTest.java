package io.freshet.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.ingest.budget.BudgetConfig;
import io.freshet.protocol.UnlabeledImage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one source sends, and sends again, cannot make up what is learned from. {@code -Dfreshet.flood.images=100000} is
 * the run that BENCHMARKS.md tells of.
 */
@SuppressWarnings("NullAway.Init") // JUnit calls start before each test
class FloodTest {

    private static final Logger LOG = LoggerFactory.getLogger(FloodTest.class);

    private static final int IMAGES = Integer.getInteger("freshet.flood.images", 20_000);
    private static final int A_SECOND = 1_000;
    private static final BudgetConfig BUDGET =
            new BudgetConfig(20, 1_000_000, Duration.ofSeconds(10), .25, .5, .5, 100);

    @TempDir
    Path folder;

    private IngestHarness ingest;

    @BeforeEach
    void start() {
        ingest = new IngestHarness(folder, BUDGET);
    }

    @AfterEach
    void stop() {
        ingest.close();
    }

    /** A third copies, a third near copies, a third images of their own, and one in a hundred from somebody else. */
    @Test
    void atMostItsQuotaOfAFloodFromOneSourceReachesTheTrainingSet() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < IMAGES; i++) {
            ingest.sendFrom(
                    "flood",
                    switch (i % 3) {
                        case 0 -> TestImages.png(random.nextInt(100));
                        case 1 -> TestImages.brighter(random.nextInt(100), 1 + random.nextInt(40));
                        default -> TestImages.png(1_000 + i);
                    });
            if (i % 100 == 0) {
                ingest.sendFrom("quiet", TestImages.png(10_000_000 + i));
            }
            if (i % A_SECOND == 0) {
                ingest.clock.advance(Duration.ofSeconds(1));
            }
        }

        List<UnlabeledImage> trainedOn = ingest.unlabeled.readValuesToList().stream()
                .filter(image -> !image.audit())
                .toList();
        long flood = trainedOn.stream()
                .filter(image -> image.source().equals("flood"))
                .count();
        long quiet = trainedOn.size() - flood;
        double quota = BUDGET.sourceShare() * BUDGET.perSecond() * (IMAGES / A_SECOND + 10) + 1;
        LOG.info(
                "Of {} images {} came through, and may {}; of {} others {}", IMAGES, flood, quota, IMAGES / 100, quiet);
        assertThat((double) flood).isLessThanOrEqualTo(quota);
        assertThat(quiet).isGreaterThan(IMAGES / 100 * 3 / 10);
    }
}

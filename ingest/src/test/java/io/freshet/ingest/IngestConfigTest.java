package io.freshet.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.freshet.ingest.accuracy.AccuracyConfig;
import io.freshet.ingest.budget.BudgetConfig;
import io.freshet.ingest.drift.DriftConfig;
import io.freshet.protocol.image.DecodeLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IngestConfigTest {

    @Test
    void defaultsAreThoseOfTheDocumentation() {
        assertThat(IngestConfig.defaults())
                .isEqualTo(new IngestConfig(
                        "freshet-ingest",
                        Runtime.getRuntime().availableProcessors(),
                        Path.of("data", "ingest"),
                        -1,
                        DecodeLimits.DEFAULT,
                        512,
                        new ImagesConfig(Optional.empty(), Duration.ofDays(31)),
                        new DeduplicationConfig(Duration.ofDays(7), true, 50_000),
                        new AuditConfig(.02, "freshet-audit-1"),
                        new BudgetConfig(200, 5_000_000, Duration.ofSeconds(10), .5, .5, .5, 1_000),
                        new DriftConfig(1_000, 300, .001, 2, Duration.ofHours(1), 16, 8),
                        new AccuracyConfig(Duration.ofDays(30), 500, 16)));
    }

    @Test
    void wrongValuesAreNamedWithWhatWouldBeRight() {
        assertRefused(() -> config("a topic/name", 1, 1), "applicationId", "letters, digits", "a topic/name");
        assertRefused(() -> config("", 1, 1), "applicationId");
        assertRefused(() -> config("a", 0, 1), "threads", "at least 1");
        assertRefused(() -> config("a", 1, 0), "internalReplicas", "-1 for the brokers' default");
        assertRefused(() -> config("a", 1, 1, 4_000), "keptSide", "fit into a record");
        assertRefused(
                () -> new DeduplicationConfig(Duration.ZERO, true, 1), "deduplication.window", "longer than nothing");
        assertRefused(() -> new DeduplicationConfig(Duration.ofDays(1), true, 0), "deduplication.images", "at least 1");
        assertRefused(() -> budget(0, 1, .5), "budget.perSecond", "more than nothing");
        assertRefused(() -> budget(1, 0, .5), "budget.perDay", "at least 1");
        assertRefused(() -> budget(1, 1, 0), "budget.sourceShare", "over 0 and up to 1");
        assertRefused(() -> new AuditConfig(1.5, "s"), "audit.share", "0 to 1", "1.5");
        assertRefused(() -> new AuditConfig(Double.NaN, "s"), "audit.share");
        assertRefused(() -> new AuditConfig(.1, " "), "audit.salt", "must not be empty");
    }

    @Test
    void theSaltDoesNotGetIntoLogs() {
        assertThat(new AuditConfig(.1, "private")).asString().doesNotContain("private");
    }

    private static BudgetConfig budget(double perSecond, long perDay, double share) {
        return new BudgetConfig(perSecond, perDay, Duration.ofSeconds(10), share, .5, .5, 1_000);
    }

    private static IngestConfig config(String applicationId, int threads, int replicas) {
        return config(applicationId, threads, replicas, 512);
    }

    private static IngestConfig config(String applicationId, int threads, int replicas, int keptSide) {
        return new IngestConfig(
                applicationId,
                threads,
                Path.of("state"),
                replicas,
                DecodeLimits.DEFAULT,
                keptSide,
                ImagesConfig.defaults(),
                DeduplicationConfig.defaults(),
                AuditConfig.defaults(),
                BudgetConfig.defaults(),
                DriftConfig.defaults(),
                AccuracyConfig.defaults());
    }

    private static void assertRefused(Runnable construction, String... inMessage) {
        assertThatIllegalArgumentException()
                .isThrownBy(construction::run)
                .satisfies(e -> assertThat(e.getMessage()).contains(inMessage));
    }
}

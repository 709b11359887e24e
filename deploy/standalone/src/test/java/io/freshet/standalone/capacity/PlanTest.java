package io.freshet.standalone.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.freshet.ingest.IngestConfig;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PlanTest {

    private static final Hardware HARDWARE = new Hardware(3, 4, 100e6, 4e12, .5);

    @Test
    void trafficTakesItsBytesForAsLongAsItIsKeptOnEachReplica() {
        Plan plan = plan(1_000, 9_700);
        assertThat(plan.trafficDisk()).isCloseTo(3 * 1_000 * 10_000. * 7 * 86_400, within(1.)); // 300 bytes of headers
    }

    @Test
    void twiceTheImagesTakeTwiceTheCores() {
        double cores = plan(load(10_000, 15_000, 1, 100)).cores();
        assertThat(plan(load(20_000, 15_000, 1, 200)).cores()).isCloseTo(2 * cores, within(1e-6));
        assertThat(plan(20_000, 15_000).pods())
                .isGreaterThan(plan(10_000, 15_000).pods());
    }

    @Test
    void podsHaveTheCoresAndPartitionsRoomToDouble() {
        Plan plan = plan(10_000, 15_000);
        assertThat(plan.pods() * 4.).isBetween(plan.cores(), plan.cores() + 4);
        assertThat(plan.partitions()).isBetween((int) (2 * plan.cores()), (int) (2 * plan.cores()) + 1);
    }

    @Test
    void brokersAreEnoughForWhatIsWrittenAndForTheDisks() {
        Plan plan = plan(10_000, 15_000);
        assertThat(plan.brokers() * 100e6 * .5).isGreaterThanOrEqualTo(plan.written());
        double disk = plan.trafficDisk() + plan.unlabeledDisk() + 3 * plan.stateDisk();
        assertThat(plan.brokers() * 4e12 * .5).isGreaterThanOrEqualTo(disk);
    }

    @Test
    void aTrickleIsSpreadAllTheSame() {
        Plan plan = plan(1, 1_000);
        assertThat(plan.pods()).isOne();
        assertThat(plan.partitions()).isEqualTo(6);
        assertThat(plan.brokers()).isEqualTo(3);
    }

    @Test
    void noMoreAreKeptThanCome() {
        Plan all = plan(load(100, 15_000, 1, 100));
        assertThat(plan(load(100, 15_000, 1, 200)).unlabeledDisk()).isEqualTo(all.unlabeledDisk());
        assertThat(plan(load(100, 15_000, 1, 50)).unlabeledDisk()).isCloseTo(all.unlabeledDisk() / 2, within(1.));
    }

    @Test
    void loadsThatCannotBeAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> load(0, 1, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> load(1, 1, 1.5, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Hardware(3, 4, 1, 1, 0));
    }

    private static Plan plan(double perSecond, double bytes) {
        return plan(load(perSecond, bytes, 1, 200));
    }

    private static Load load(double perSecond, double bytes, double distinct, double kept) {
        return new Load(perSecond, bytes, distinct, kept, Duration.ofDays(7));
    }

    private static Plan plan(Load load) {
        return Plan.of(load, HARDWARE, IngestConfig.defaults());
    }
}

package io.freshet.ingest;

import static io.freshet.ingest.FailurePolicy.Reaction.GIVE_UP;
import static io.freshet.ingest.FailurePolicy.Reaction.TRY_AGAIN;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class FailurePolicyTest {

    private final ManualClock clock = new ManualClock(Instant.EPOCH);
    private final FailurePolicy policy = new FailurePolicy(clock);

    @Test
    void aFailureThatMayPassIsTriedAgain() {
        assertThat(policy.react(new StreamsException(new TimeoutException()))).isEqualTo(TRY_AGAIN);
    }

    @Test
    void aFailureThatStaysIsGivenUp() {
        for (int i = 1; i < FailurePolicy.TOO_MANY; i++) {
            assertThat(policy.react(new StreamsException("again"))).isEqualTo(TRY_AGAIN);
        }
        assertThat(policy.react(new StreamsException("again"))).isEqualTo(GIVE_UP);
    }

    @Test
    void failuresFarBetweenDoNotAddUp() {
        for (int i = 0; i < 10 * FailurePolicy.TOO_MANY; i++) {
            assertThat(policy.react(new StreamsException("now and then"))).isEqualTo(TRY_AGAIN);
            clock.advance(
                    FailurePolicy.SHORT_TIME.dividedBy(FailurePolicy.TOO_MANY).plus(Duration.ofSeconds(20)));
        }
    }

    @Test
    void whatOnlyPeopleCanMendIsGivenUpAtOnce() {
        assertThat(policy.react(new StreamsException(new TopicAuthorizationException("freshet.traffic"))))
                .isEqualTo(GIVE_UP);
        assertThat(policy.react(new MissingSourceTopicException("freshet.traffic")))
                .isEqualTo(GIVE_UP);
        assertThat(policy.react(new StreamsException(new OutOfMemoryError()))).isEqualTo(GIVE_UP);
    }
}

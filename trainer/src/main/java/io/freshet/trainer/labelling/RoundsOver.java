package io.freshet.trainer.labelling;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.Topics;
import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.round.RoundStep;
import io.freshet.trainer.stream.RecordLog;
import io.freshet.trainer.stream.TopicReader;
import io.freshet.trainer.stream.TopicTail;
import java.util.HashSet;
import java.util.Set;

/** Which rounds need no labels any more, as {@link Topics#ROUNDS} says. For one thread; does not own the reader. */
final class RoundsOver {

    private final TopicTail tail;
    private final Set<String> over = new HashSet<>();

    RoundsOver(TopicReader reader) {
        this.tail = TopicTail.fromBeginning(reader, Topics.ROUNDS);
    }

    /** @throws InterruptedException if the thread is interrupted meanwhile */
    boolean isLabelled(String model, String roundId) throws InterruptedException {
        tail.read(record -> RecordLog.decode(Codecs.ROUND_MESSAGE, record).ifPresent(message -> {
            if (message instanceof RoundMessage.Event event && !(event.step() instanceof RoundStep.Snapshotted)) {
                over.add(event.model() + "/" + event.roundId());
            }
        }));
        return over.contains(model + "/" + roundId);
    }
}

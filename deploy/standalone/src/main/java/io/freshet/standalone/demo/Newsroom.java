package io.freshet.standalone.demo;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.Topics;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.protocol.round.RoundMessage;
import io.freshet.trainer.stream.TopicReader;
import io.freshet.trainer.stream.TopicTail;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows what the services say of rounds and models, and passes it on. Thread safe; the caller closes it. */
final class Newsroom implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Newsroom.class);
    private static final long LOOK_AGAIN_MILLIS = 250;

    private final KafkaConnection connection;
    private final Consumer<RoundMessage> onRound;
    private final Set<RoundMessage> rounds = new LinkedHashSet<>(); // a reading that breaks off begins again
    private final Set<ModelAnnouncement> models = new LinkedHashSet<>();
    private final Thread thread = new Thread(this::follow, "demo-newsroom");

    /** @param onRound is told of each message, on the newsroom's thread */
    Newsroom(KafkaConnection connection, Consumer<RoundMessage> onRound) {
        this.connection = connection;
        this.onRound = onRound;
    }

    void start() {
        thread.start();
    }

    List<RoundMessage> rounds() {
        synchronized (rounds) {
            return List.copyOf(rounds);
        }
    }

    List<ModelAnnouncement> models() {
        synchronized (models) {
            return List.copyOf(models);
        }
    }

    private void follow() {
        try (TopicReader reader = new TopicReader(connection, "demo-newsroom")) {
            TopicTail newModels = TopicTail.fromBeginning(reader, Topics.MODELS);
            TopicTail newRounds = TopicTail.fromBeginning(reader, Topics.ROUNDS);
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    newModels.read(record -> add(Codecs.MODEL_ANNOUNCEMENT.decode(record.value())));
                    newRounds.read(record -> add(Codecs.ROUND_MESSAGE.decode(record.value())));
                } catch (KafkaException e) {
                    LOG.warn("Kafka is away: {}", e.toString());
                }
                Thread.sleep(LOOK_AGAIN_MILLIS);
            }
        } catch (InterruptedException e) {
            LOG.debug("The newsroom closes");
        }
    }

    private void add(RoundMessage message) {
        boolean fresh;
        synchronized (rounds) {
            fresh = rounds.add(message);
        }
        if (fresh) {
            onRound.accept(message);
        }
    }

    private void add(ModelAnnouncement announcement) {
        synchronized (models) {
            models.add(announcement);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

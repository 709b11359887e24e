package io.freshet.standalone.cli;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.Topics;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.round.RoundStep;
import io.freshet.protocol.round.Trigger;
import io.freshet.standalone.config.ConfigLoader;
import io.freshet.standalone.config.FreshetConfig;
import io.freshet.trainer.service.TrainerService;
import io.freshet.trainer.stream.TopicReader;
import io.freshet.trainer.stream.TopicTail;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Has one round run now. */
@Command(
        name = "round",
        description = "Run one round now, and show its steps. The trainer that is running is asked to; with --here this"
                + " process runs it, and shuts out any other trainer of the model meanwhile.")
final class RoundCommand implements Callable<Integer> {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Option(names = "--here", description = "Run the round in this process.")
    private boolean here;

    @Option(
            names = "--why",
            paramLabel = "TEXT",
            defaultValue = "asked for by hand",
            description = "Stated with the round (default: ${DEFAULT-VALUE}).")
    private String why = "";

    @Override
    public Integer call() throws Exception {
        FreshetConfig config = common.load();
        KafkaConnection connection = CommonOptions.connect(config);
        RoundStep last =
                here ? runHere(config, connection) : ask(config.trainer().model(), connection);
        return last instanceof RoundStep.Failed ? 1 : 0;
    }

    private RoundStep runHere(FreshetConfig config, KafkaConnection connection) throws Exception {
        try (TrainerService trainer = TrainerService.open(
                config.trainer(),
                new ConfigLoader().toMap(config.trainer()),
                connection,
                CommonOptions.store(config),
                new SimpleMeterRegistry(),
                Clock.systemUTC())) {
            RoundStep last = trainer.runOne(why);
            System.out.println(Steps.describe(last));
            return last;
        }
    }

    private RoundStep ask(String model, KafkaConnection connection) throws Exception {
        try (TopicReader reader = new TopicReader(connection, "freshet-round");
                KafkaProducer<String, byte[]> producer = connection.textKeyedProducer()) {
            TopicTail rounds = TopicTail.fromNow(reader, Topics.ROUNDS);
            RoundMessage request =
                    new RoundMessage.Request(model, Instant.now(), Trigger.MANUAL, why, Optional.empty());
            producer.send(new ProducerRecord<>(Topics.ROUNDS.topicName(), model, Codecs.ROUND_MESSAGE.encode(request)))
                    .get();
            System.out.println("A round of '" + model + "' is asked for; waiting for its trainer.");
            return follow(model, rounds);
        }
    }

    /** The round that answers is the first that begins after the request. */
    private static RoundStep follow(String model, TopicTail rounds) throws InterruptedException {
        String roundId = "";
        while (true) {
            List<RoundMessage.Event> events = new ArrayList<>();
            rounds.read(record -> {
                if (Codecs.ROUND_MESSAGE.decode(record.value()) instanceof RoundMessage.Event event
                        && event.model().equals(model)) {
                    events.add(event);
                }
            });
            for (RoundMessage.Event event : events) {
                if (roundId.isEmpty() && event.step() instanceof RoundStep.Snapshotted) {
                    roundId = event.roundId();
                }
                if (event.roundId().equals(roundId)) {
                    System.out.println(Steps.describe(event.step()));
                    if (event.step().isLast()) {
                        return event.step();
                    }
                }
            }
            Thread.sleep(LOOK_AGAIN);
        }
    }
}

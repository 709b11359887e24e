package io.freshet.standalone.cli;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.Topics;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.bundle.ModelStore;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.protocol.kafka.TopicAccess;
import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.round.RoundStep;
import io.freshet.protocol.round.Trigger;
import io.freshet.standalone.config.ConfigLoader;
import io.freshet.standalone.config.FreshetConfig;
import io.freshet.standalone.service.ServiceAccess;
import io.freshet.standalone.tracing.OtlpTracing;
import io.freshet.trainer.round.ReplayResult;
import io.freshet.trainer.round.RoundConfig;
import io.freshet.trainer.service.Replays;
import io.freshet.trainer.service.TrainerService;
import io.freshet.trainer.stream.TopicReader;
import io.freshet.trainer.stream.TopicTail;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Has one round run now. */
@Command(
        name = "round",
        description = "Run one round now, and show its steps. The trainer that is running is asked to; with --here this"
                + " process runs it, and shuts out any other trainer of the model meanwhile. With --replay an earlier"
                + " round is run again, to see whether the same comes of it.")
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

    @Option(
            names = "--replay",
            paramLabel = "MODEL/VERSION",
            description =
                    "Make a version again from its lineage, beside everything else and for nobody: the same offsets,"
                            + " seed, configuration and labeled set. Says whether the weights are the same to the bit; the exit"
                            + " code is 0 only if they are.")
    private @Nullable String replay;

    @Override
    public Integer call() throws Exception {
        FreshetConfig config = common.load();
        if (replay != null) {
            if (here) {
                throw new UserException("A replay always runs here: leave --here out");
            }
            return replay(replay, config);
        }
        KafkaConnection connection = CommonOptions.connect(config);
        connection.requireAccess(
                here
                        ? ServiceAccess.trainer(config.trainer().labelling())
                        : TopicAccess.of(Set.of(Topics.ROUNDS), Set.of(Topics.ROUNDS)),
                KafkaConnection.START_TIMEOUT);
        RoundStep last =
                here ? runHere(config, connection) : ask(config.trainer().model(), connection);
        return last instanceof RoundStep.Failed ? 1 : 0;
    }

    private static int replay(String name, FreshetConfig config) throws Exception {
        ModelStore store = CommonOptions.store(config);
        ModelVersion version = ModelAdmin.require(store, ModelAdmin.parse(name));
        ModelDescriptor descriptor =
                store.describe(version).orElseThrow(() -> new UserException("There is no " + version + " in " + store));
        RoundConfig rounds =
                new ConfigLoader().trainer(descriptor.lineage().configuration()).rounds();
        try (Replays replays = Replays.open(
                config.trainer(), CommonOptions.connect(config), store, line -> System.out.println("  " + line))) {
            System.out.println("Making " + version + " again");
            ReplayResult result = replays.run(descriptor, rounds);
            System.out.println(describe(version, result));
            return result instanceof ReplayResult.Equal ? 0 : 1;
        }
    }

    private static String describe(ModelVersion version, ReplayResult result) {
        return switch (result) {
            case ReplayResult.Equal equal ->
                "Equal: all " + equal.numbers() + " numbers are those of " + version + ", to the bit";
            case ReplayResult.Different different ->
                String.format(
                        Locale.ROOT,
                        "Different: %d of %d numbers are not those of %s, by up to %.3g",
                        different.different(),
                        different.numbers(),
                        version,
                        different.largest());
            case ReplayResult.Impossible impossible ->
                version + " cannot be made again: " + String.join("; ", impossible.reasons());
        };
    }

    private RoundStep runHere(FreshetConfig config, KafkaConnection connection) throws Exception {
        try (OtlpTracing traces = OtlpTracing.open(config.tracing(), "trainer");
                TrainerService trainer = TrainerService.open(
                        config.trainer(),
                        new ConfigLoader().toMap(config.trainer()),
                        connection,
                        CommonOptions.store(config),
                        new SimpleMeterRegistry(),
                        traces.tracing(),
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

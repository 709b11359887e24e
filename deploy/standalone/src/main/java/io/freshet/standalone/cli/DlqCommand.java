package io.freshet.standalone.cli;

import io.freshet.protocol.DeadLetter;
import io.freshet.protocol.OffsetRange;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.Topics;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.trainer.stream.TopicReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what ingest refused, and sends it through once more. */
@Command(name = "dlq", description = "List, show and replay what ingest refused.")
final class DlqCommand {

    private static final Pattern PLACE = Pattern.compile("([0-9]{1,9}):([0-9]{1,18})");

    private record Letter(ConsumerRecord<byte[], byte[]> record, DeadLetter why) {

        /** As in {@code 0:17}. */
        String place() {
            return record.partition() + ":" + record.offset();
        }

        int size() {
            return record.value() == null ? 0 : record.value().length;
        }
    }

    @Command(name = "list", description = "List the latest dead letters, and count all by their reason.")
    int list(
            @Mixin CommonOptions common,
            @Option(names = "--reason", paramLabel = "CODE", description = "Only those with this reason.") @Nullable
                    String reason,
            @Option(
                            names = "--last",
                            paramLabel = "N",
                            defaultValue = "20",
                            description = "How many to list (default: ${DEFAULT-VALUE}).")
                    int last)
            throws Exception {
        Deque<String> lines = new ArrayDeque<>();
        Map<String, Integer> counts = new TreeMap<>();
        try (TopicReader reader = new TopicReader(reading(common), "freshet-dlq")) {
            read(reader, reader.all(Topics.TRAFFIC_DLQ), Optional.ofNullable(reason), letter -> {
                counts.merge(letter.why().reason(), 1, Integer::sum);
                lines.addLast(line(letter));
                if (lines.size() > last) {
                    lines.removeFirst();
                }
            });
        }
        System.out.printf("%-12s %-20s %-16s %-10s %s%n", "PLACE", "AT", "REASON", "BYTES", "DETAIL");
        lines.forEach(System.out::println);
        System.out.println(counts.isEmpty() ? "No dead letters" : "In all: " + counts);
        return 0;
    }

    private static String line(Letter letter) {
        return String.format(
                "%-12s %-20s %-16s %-10s %s",
                letter.place(),
                Instant.ofEpochSecond(letter.record().timestamp() / 1_000),
                letter.why().reason(),
                letter.record().value() == null ? "-" : letter.size(),
                letter.why().detail());
    }

    @Command(name = "show", description = "Show one dead letter, and write its bytes to a file.")
    int show(
            @Mixin CommonOptions common,
            @Parameters(paramLabel = "PLACE", description = "As the list has it: PARTITION:OFFSET.") String place,
            @Option(names = "--out", paramLabel = "FILE", description = "Where the bytes go, as they came.") @Nullable
                    Path out)
            throws Exception {
        Letter letter = find(reading(common), List.of(place)).getFirst();
        System.out.println(
                "Reason: " + letter.why().reason() + " (" + letter.why().stage() + ")");
        System.out.println("Detail: " + letter.why().detail());
        System.out.println(
                "Lies in " + Topics.TRAFFIC + " at " + letter.why().origin().partition() + ":"
                        + letter.why().origin().offset() + ", " + letter.size() + " bytes");
        for (Header header : DeadLetter.original(letter.record().headers())) {
            String value = header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
            System.out.println(header.key() + ": " + value);
        }
        if (out != null) {
            if (letter.record().value() == null) {
                throw new UserException("The letter came without its bytes: they lie in " + Topics.TRAFFIC + " only");
            }
            Files.write(out, letter.record().value());
        }
        return 0;
    }

    @Command(
            name = "replay",
            description = "Send dead letters to the traffic again, as they came: after a limit was raised, or a fault"
                    + " was mended. What ingest has kept meanwhile is not kept twice.")
    int replay(
            @Mixin CommonOptions common,
            @Parameters(paramLabel = "PLACE", arity = "0..*", description = "As the list has it: PARTITION:OFFSET.")
                    @Nullable
                    List<String> places,
            @Option(names = "--reason", paramLabel = "CODE", description = "All with this reason.") @Nullable
                    String reason)
            throws Exception {
        List<String> named = places == null ? List.of() : places;
        if (named.isEmpty() == (reason == null)) {
            throw new UserException("What shall be replayed: name places, or a --reason?");
        }
        KafkaConnection connection = CommonOptions.connect(
                common.load(), Set.of(Topics.TRAFFIC_DLQ, Topics.TRAFFIC), Set.of(Topics.TRAFFIC));
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (TopicReader letters = new TopicReader(connection, "freshet-dlq");
                TopicReader traffic = new TopicReader(connection, "freshet-dlq-traffic");
                KafkaProducer<byte[], byte[]> producer = producer(connection)) {
            List<OffsetRange> ranges = named.isEmpty() ? letters.all(Topics.TRAFFIC_DLQ) : ranges(named, letters);
            read(letters, ranges, Optional.ofNullable(reason), letter -> {
                sent.add(producer.send(again(letter, traffic)));
            });
            for (Future<RecordMetadata> each : sent) {
                each.get();
            }
        }
        if (sent.size() < named.size()) {
            throw new UserException((named.size() - sent.size()) + " of the places hold no dead letter");
        }
        System.out.println(sent.size() + " records are in " + Topics.TRAFFIC + " again");
        return 0;
    }

    private static KafkaConnection reading(CommonOptions common) throws InterruptedException {
        return CommonOptions.connect(common.load(), Set.of(Topics.TRAFFIC_DLQ), Set.of());
    }

    private static KafkaProducer<byte[], byte[]> producer(KafkaConnection connection) {
        return new KafkaProducer<>(
                connection.clientConfig(Map.of(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.MAX_RECORD_BYTES)),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** The record as it came, from the traffic itself where it was too large to lie with its reason. */
    private static ProducerRecord<byte[], byte[]> again(Letter letter, TopicReader traffic) {
        if (letter.record().value() != null) {
            return new ProducerRecord<>(
                    Topics.TRAFFIC.topicName(),
                    null,
                    letter.record().key(),
                    letter.record().value(),
                    DeadLetter.original(letter.record().headers()));
        }
        TopicPosition at = letter.why().origin();
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        readAt(
                traffic,
                new OffsetRange(Topics.TRAFFIC.topicName(), at.partition(), at.offset(), at.offset() + 1),
                found);
        if (found.isEmpty()) {
            throw new UserException("The record of letter " + letter.place() + " is no longer in " + Topics.TRAFFIC);
        }
        ConsumerRecord<byte[], byte[]> record = found.getFirst();
        return new ProducerRecord<>(Topics.TRAFFIC.topicName(), null, record.key(), record.value(), record.headers());
    }

    private static void readAt(TopicReader traffic, OffsetRange place, List<ConsumerRecord<byte[], byte[]>> found) {
        try {
            traffic.read(List.of(place), found::add);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserException("Interrupted");
        }
    }

    private static List<Letter> find(KafkaConnection connection, List<String> places) throws InterruptedException {
        List<Letter> found = new ArrayList<>();
        try (TopicReader reader = new TopicReader(connection, "freshet-dlq")) {
            read(reader, ranges(places, reader), Optional.empty(), found::add);
        }
        if (found.isEmpty()) {
            throw new UserException("There is no dead letter at " + String.join(", ", places));
        }
        return found;
    }

    /** Of the places those that the topic has: for what is not there yet, a reader would wait. */
    private static List<OffsetRange> ranges(List<String> places, TopicReader reader) {
        List<OffsetRange> all = reader.all(Topics.TRAFFIC_DLQ);
        return places.stream()
                .map(DlqCommand::range)
                .filter(range -> all.stream()
                        .anyMatch(known -> known.partition() == range.partition()
                                && known.from() <= range.from()
                                && range.to() <= known.to()))
                .toList();
    }

    private static OffsetRange range(String place) {
        Matcher matcher = PLACE.matcher(place);
        if (!matcher.matches()) {
            throw new UserException("A place is PARTITION:OFFSET, as in 0:17, not '" + place + "'");
        }
        long offset = Long.parseLong(matcher.group(2));
        return new OffsetRange(Topics.TRAFFIC_DLQ.topicName(), Integer.parseInt(matcher.group(1)), offset, offset + 1);
    }

    private static void read(
            TopicReader reader, List<OffsetRange> ranges, Optional<String> reason, Consumer<Letter> handler)
            throws InterruptedException {
        for (OffsetRange range : ranges) { // of which several may lie in one partition
            reader.read(
                    List.of(range),
                    record -> DeadLetter.read(record.headers())
                            .filter(why -> reason.map(why.reason()::equals).orElse(true))
                            .ifPresent(why -> handler.accept(new Letter(record, why))));
        }
    }
}

package io.freshet.standalone.cli;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.Erasure;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.Topics;
import io.freshet.protocol.bundle.ModelStore;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.standalone.config.FreshetConfig;
import io.freshet.standalone.erasure.Fate;
import io.freshet.standalone.erasure.Remains;
import io.freshet.standalone.erasure.StoredFiles;
import io.freshet.standalone.erasure.Sweep;
import io.freshet.standalone.erasure.TopicFates;
import io.freshet.standalone.erasure.Traces;
import io.freshet.standalone.erasure.Wanted;
import io.freshet.standalone.lineage.Learner;
import io.freshet.standalone.lineage.LineageReader;
import io.freshet.trainer.stream.Erasures;
import io.freshet.trainer.stream.TopicReader;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Has images forgotten: one by its id, or all of a subject. */
@Command(
        name = "erase",
        description =
                "Forget an image, or all images of a subject: ingest keeps none from now on, no later round learns"
                        + " from one, and Kafka gets tombstones for what it holds. Says which versions may have learned from them,"
                        + " and when the last bytes go. It cannot be undone. Reads freshet.unlabeled whole.")
final class EraseCommand implements Callable<Integer> {

    /** Until ingest, if it runs, has read the erasure and committed what it had in hand before. */
    private static final Duration SETTLE = Duration.ofSeconds(5);

    private static final int SHOWN_DIGITS = 12;

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Option(
            names = "--image",
            paramLabel = "ID",
            description = "An image's id, the key of its record in freshet.unlabeled. Can be given more than once.")
    private List<String> images = List.of();

    @Option(
            names = "--subject",
            paramLabel = "NAME",
            description = "All images whose traffic names this CloudEvents subject (ce_subject, or Freshet-Subject of a"
                    + " request), those that are still to come too. Only its SHA-256 is kept.")
    private @Nullable String subject;

    @Option(names = "--why", paramLabel = "TEXT", defaultValue = "", description = "Kept with the erasure, for people.")
    private String why = "";

    @Option(names = "--dry-run", description = "Only say what there is, and who learned from it.")
    private boolean dryRun;

    @Option(names = "--list", description = "List what is erased.")
    private boolean list;

    @Option(
            names = "--sweep",
            description = "Look for all that is erased once more, and write the tombstones that are missing.")
    private boolean sweep;

    @Override
    public Integer call() throws Exception {
        List<Erasure.Target> targets = targets();
        if (Stream.of(!targets.isEmpty(), list, sweep).filter(asked -> asked).count() != 1) {
            throw new UserException(
                    "What shall be erased: name an --image ID or a --subject NAME; or --list, or --sweep");
        }
        FreshetConfig config = common.load();
        KafkaConnection connection = connect(config);
        try (TopicReader reader = new TopicReader(connection, "freshet-erase")) {
            Erasures known = new Erasures(reader);
            known.refresh();
            if (list) {
                list(known);
            } else if (sweep) {
                sweep(known, new Sweep(reader), files(config), connection);
            } else {
                erase(targets, known, reader, CommonOptions.store(config), files(config), connection);
            }
        }
        return 0;
    }

    /** All that it needs, or it might erase a part and then be refused. */
    private KafkaConnection connect(FreshetConfig config) throws InterruptedException {
        Set<Topics> read = EnumSet.of(Topics.ERASURES);
        Set<Topics> written = EnumSet.noneOf(Topics.class);
        if (!list) {
            read.addAll(Sweep.TOPICS);
            read.add(Topics.ROUNDS);
            if (!dryRun) {
                written.addAll(Sweep.TOPICS);
                written.add(Topics.ERASURES);
            }
        }
        return CommonOptions.connect(config, read, written);
    }

    private static StoredFiles files(FreshetConfig config) {
        return new StoredFiles(CommonOptions.images(config));
    }

    private List<Erasure.Target> targets() {
        List<Erasure.Target> targets = new ArrayList<>();
        images.forEach(image -> targets.add(new Erasure.Image(LineageCommand.parseId(image))));
        if (subject != null) {
            if (subject.isBlank()) {
                throw new UserException("A subject has a name");
            }
            targets.add(Erasure.Subject.named(subject.strip()));
        }
        return targets;
    }

    private static void list(Erasures known) {
        System.out.printf("%-20s %-21s %-21s %-24s %s%n", "AT", "ERASED", "OF", "MAY HAVE LEARNED", "WHY");
        for (Erasure erasure : known.all()) {
            System.out.printf(
                    "%-20s %-21s %-21s %-24s %s%n",
                    erasure.at().truncatedTo(ChronoUnit.SECONDS),
                    name(erasure.target()),
                    erasure.of().map(EraseCommand::name).orElse("-"),
                    erasure.models().isEmpty() ? "-" : names(erasure.models()),
                    erasure.why());
        }
        System.out.println(
                known.all().isEmpty()
                        ? "Nothing is erased"
                        : "In all: " + known.all().size());
    }

    private static void sweep(Erasures known, Sweep sweep, StoredFiles files, KafkaConnection connection)
            throws Exception {
        List<Erasure.Target> targets = known.all().stream().map(Erasure::target).toList();
        Remains remains = sweep.find(new Wanted(targets));
        print(remains);
        printDeleted(files.delete(files.find(targets, remains)));
        System.out.println(Sweep.erase(remains, connection) + " tombstones are written");
        fates(connection);
    }

    private void erase(
            List<Erasure.Target> targets,
            Erasures known,
            TopicReader reader,
            ModelStore store,
            StoredFiles files,
            KafkaConnection connection)
            throws Exception {
        for (Erasure.Target target : targets) {
            known.find(target)
                    .ifPresent(before -> System.out.println("The " + name(target) + " is erased since "
                            + before.erasure().at() + "; its remains are looked for again"));
        }
        Wanted wanted = new Wanted(targets);
        Sweep sweep = new Sweep(reader);
        Remains remains = sweep.find(wanted);
        print(remains);
        Traces traces = Traces.of(new LineageReader(store, reader).families(), remains, known);
        print(traces);
        List<ModelVersion> carriers = Traces.carriers(store, wanted.images());
        if (!carriers.isEmpty()) {
            System.out.println("Among the warm-up requests of the bundles of " + names(carriers)
                    + " there is such an image, from the labeled set: delete it from that, and these versions from the"
                    + " store when they serve no more");
        }
        Set<String> stored = files.find(targets, remains);
        if (!stored.isEmpty()) {
            System.out.println(stored.size() + " files lie in the image store");
        }
        if (dryRun) {
            System.out.println("Nothing is changed");
            return;
        }
        write(targets, wanted, traces, known, connection);
        int tombstones = Sweep.erase(remains, connection);
        int deleted = files.delete(stored);
        Thread.sleep(SETTLE);
        Remains late = sweep.find(wanted);
        known.refresh();
        write(List.of(), wanted, traces, known, connection); // images of the subject that have come in between
        tombstones += Sweep.erase(late, connection);
        printDeleted(deleted + files.delete(files.find(targets, late)));
        System.out.println("Erased: " + targets.stream().map(EraseCommand::name).collect(Collectors.joining(", "))
                + "; " + tombstones + " tombstones are written");
        fates(connection);
    }

    private static void printDeleted(int files) {
        if (files > 0) {
            System.out.println(files + " files are deleted from the image store");
        }
    }

    /** The targets, and each image that was found of a subject: what carries no subject is found by that. */
    private void write(
            List<Erasure.Target> targets, Wanted wanted, Traces traces, Erasures known, KafkaConnection connection)
            throws InterruptedException, ExecutionException {
        Instant now = Instant.now();
        Optional<Erasure.Subject> of =
                subject == null ? Optional.empty() : Optional.of(Erasure.Subject.named(subject.strip()));
        Map<String, Erasure> erasures = new LinkedHashMap<>();
        for (Erasure.Target target : targets) {
            erasures.put(
                    target.key(),
                    new Erasure(
                            target,
                            now,
                            Optional.empty(),
                            target instanceof Erasure.Image image ? traces.models(image.id()) : traces.models(),
                            why));
        }
        for (ImageId id : wanted.images()) {
            Erasure.Image image = new Erasure.Image(id);
            erasures.putIfAbsent(image.key(), new Erasure(image, now, of, traces.models(id), why));
        }
        List<Future<?>> sent = new ArrayList<>();
        try (KafkaProducer<String, byte[]> producer = connection.textKeyedProducer()) {
            for (Erasure erasure : erasures.values()) {
                // Written once: a round tells by the offset whether it knew.
                if (known.find(erasure.target()).isEmpty()) {
                    sent.add(producer.send(new ProducerRecord<>(
                            Topics.ERASURES.topicName(), erasure.target().key(), Codecs.ERASURE.encode(erasure))));
                }
            }
            for (Future<?> each : sent) {
                each.get();
            }
        }
    }

    private static void print(Remains remains) {
        System.out.printf("%-24s %-12s %s%n", "TOPIC", "RECORDS", "ERASED, NOT YET COMPACTED");
        for (Topics topic : Sweep.TOPICS) {
            System.out.printf("%-24s %-12d %d%n", topic, remains.open(topic).size(), remains.waiting(topic));
        }
    }

    private static void print(Traces traces) {
        if (traces.learners().isEmpty()) {
            System.out.println("No version in the store has learned from it as traffic");
            return;
        }
        System.out.println("These versions may have learned from it:");
        for (Learner learner : traces.learners()) {
            System.out.printf("  %-22s %s%n", learner.model(), learner.describe());
        }
        System.out.println("What a version has learned stays in it and in all that descend from it.");
        for (ModelVersion clean : traces.lastWithout()) {
            System.out.println("The latest of '" + clean.model() + "' without it is " + clean
                    + ": 'freshet models rollback " + clean
                    + "' puts that into service, and the next round goes on from there");
        }
    }

    private static void fates(KafkaConnection connection) throws InterruptedException {
        for (Fate fate : TopicFates.read(connection)) {
            System.out.printf("%-24s %s%n", fate.topic(), fate.describe());
            fate.mend()
                    .ifPresent(settings ->
                            System.out.println("  It was made by an earlier release. So that tombstones erase"
                                    + " in it: kafka-configs.sh --bootstrap-server " + connection.bootstrapServers()
                                    + " --alter --entity-type topics --entity-name " + fate.topic() + " --add-config "
                                    + settings));
        }
    }

    private static String names(List<ModelVersion> models) {
        return models.stream().map(ModelVersion::toString).collect(Collectors.joining(", "));
    }

    private static String name(Erasure.Target target) {
        return switch (target) {
            case Erasure.Image image -> "image " + image.id().hex().substring(0, SHOWN_DIGITS);
            case Erasure.Subject digest -> "subject " + digest.sha256().substring(0, SHOWN_DIGITS);
        };
    }
}

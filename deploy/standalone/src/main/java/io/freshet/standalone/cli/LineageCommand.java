package io.freshet.standalone.cli;

import io.freshet.protocol.Erasure;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.OffsetRange;
import io.freshet.protocol.Topics;
import io.freshet.protocol.bundle.Lineage;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.bundle.ModelStore;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.standalone.config.FreshetConfig;
import io.freshet.standalone.lineage.Family;
import io.freshet.standalone.lineage.KnownImage;
import io.freshet.standalone.lineage.Learner;
import io.freshet.standalone.lineage.LineageReader;
import io.freshet.standalone.lineage.RoundFacts;
import io.freshet.standalone.lineage.Survey;
import io.freshet.trainer.stream.Erasures;
import io.freshet.trainer.stream.TopicReader;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Follows a model back to the traffic, and an image forward to the models. */
@Command(
        name = "lineage",
        description =
                "Show what a version and the versions before it learned from, or with --image which versions could"
                        + " have learned from an image. Reads the offsets in question from Kafka, with --image all of"
                        + " freshet.unlabeled.")
final class LineageCommand implements Callable<Integer> {

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "MODEL/VERSION", arity = "0..1", description = "For example fashion/3.")
    private @Nullable String version;

    @Option(
            names = "--image",
            paramLabel = "ID",
            description = "An image's id, 64 hexadecimal digits: the key of its record in freshet.unlabeled.")
    private @Nullable String image;

    @Override
    public Integer call() throws Exception {
        if ((version == null) == (image == null)) {
            throw new UserException("Whose lineage: name a MODEL/VERSION, or an --image ID");
        }
        FreshetConfig config = common.load();
        ModelStore store = CommonOptions.store(config);
        if (version != null) {
            ModelVersion asked = ModelAdmin.require(store, ModelAdmin.parse(version));
            try (TopicReader reader = new TopicReader(connect(config), "freshet-lineage")) {
                show(asked, new LineageReader(store, reader));
            }
        } else if (image != null) {
            ImageId id = parseId(image);
            try (TopicReader reader =
                    new TopicReader(connect(config, Topics.LABELS, Topics.ERASURES), "freshet-lineage")) {
                Erasures erasures = new Erasures(reader);
                erasures.refresh();
                show(id, new LineageReader(store, reader), erasures.find(new Erasure.Image(id)));
            }
        }
        return 0;
    }

    private static KafkaConnection connect(FreshetConfig config, Topics... more) throws InterruptedException {
        Set<Topics> read = EnumSet.of(Topics.ROUNDS, Topics.UNLABELED);
        Collections.addAll(read, more);
        return CommonOptions.connect(config, read, Set.of());
    }

    static ImageId parseId(String text) {
        try {
            return new ImageId(text.strip().toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new UserException("'" + text + "' is no image id: 64 hexadecimal digits are wanted");
        }
    }

    private static void show(ModelVersion asked, LineageReader reader) throws IOException, InterruptedException {
        Family family = reader.family(asked.model());
        List<ModelDescriptor> descent = family.descent(asked.version());
        for (ModelDescriptor version : descent) {
            show(version, family.round(version), reader);
        }
        descent.getLast()
                .parent()
                .ifPresent(lost -> System.out.println(
                        "Its parent " + new ModelVersion(asked.model(), lost) + " is no longer in the store."));
    }

    private static void show(ModelDescriptor version, RoundFacts round, LineageReader reader)
            throws InterruptedException {
        Lineage lineage = version.lineage();
        System.out.println(version.modelVersion()
                + version.parent()
                        .map(parent -> ", from " + new ModelVersion(version.model(), parent))
                        .orElse(", the first"));
        line("made", version.createdAt().truncatedTo(ChronoUnit.SECONDS) + " by Freshet " + lineage.codeVersion());
        line(
                "round",
                lineage.roundId() + " (" + lineage.trigger().name().toLowerCase(Locale.ROOT) + "), seed "
                        + lineage.seed()
                        + round.student().map(name -> "; chosen: " + name).orElse(""));
        line("labeled", "a set with SHA-256 " + lineage.labeledSetSha256());
        line("labels", ranges(lineage.labels(), Topics.LABELS));
        line("unlabeled", ranges(lineage.unlabeled(), Topics.UNLABELED));
        if (lineage.unlabeled().stream().anyMatch(range -> range.length() > 0)) {
            survey(lineage, round, reader);
        }
    }

    private static void survey(Lineage lineage, RoundFacts round, LineageReader reader) throws InterruptedException {
        Survey survey = new Survey();
        reader.images(lineage.unlabeled(), survey::add);
        line(
                "images",
                survey.images() == 0
                        ? "none is there any more: " + Topics.UNLABELED + " keeps them for a time"
                        : survey.images() + " are there, " + survey.audit() + " of them in the audit sample");
        round.labelled()
                .ifPresent(labelled -> line(
                        "learned",
                        labelled.kept() + " of " + labelled.unlabeledImages() + " passed the teacher's filter; "
                                + labelled.labeledImages() + " had labels"));
        survey.first().ifPresent(first -> {
            line("traffic", ranges(survey.traffic(), Topics.TRAFFIC));
            line("observed", first + " to " + survey.last().orElse(first));
        });
    }

    private static void line(String name, String text) {
        System.out.printf("  %-10s %s%n", name, text);
    }

    /** As in {@code freshet.unlabeled 0:0-805, 1:0-770}. */
    private static String ranges(List<OffsetRange> ranges, Topics topic) {
        String said = ranges.stream()
                .filter(range -> range.length() > 0)
                .map(range -> range.partition() + ":" + range.from() + "-" + (range.to() - 1))
                .collect(Collectors.joining(", "));
        return said.isEmpty() ? "none" : topic + " " + said;
    }

    private static void show(ImageId id, LineageReader reader, Optional<Erasures.Known> erased)
            throws IOException, InterruptedException {
        List<KnownImage> records = reader.find(id);
        erased.ifPresent(known -> System.out.println("Image " + id + " is erased since "
                + known.erasure().at()
                + (known.erasure().models().isEmpty()
                        ? ", and no version had learned from it"
                        : "; these versions may have learned from it: "
                                + known.erasure().models().stream()
                                        .map(ModelVersion::toString)
                                        .collect(Collectors.joining(", ")))));
        if (records.isEmpty() && erased.isPresent()) {
            return;
        }
        if (records.isEmpty()) {
            throw new UserException("There is no image " + id + " in " + Topics.UNLABELED
                    + ": it was not kept, or is no longer there, or the id is another");
        }
        for (KnownImage record : records) {
            System.out.println("Image " + id + " lies in " + Topics.UNLABELED + " at "
                    + record.at().partition() + ":" + record.at().offset());
            line(
                    "traffic",
                    Topics.TRAFFIC + " " + record.traffic().partition() + ":"
                            + record.traffic().offset() + ", observed " + record.observedAt()
                            + Optional.of(record.source())
                                    .filter(source -> !source.isEmpty())
                                    .map(source -> ", from " + source)
                                    .orElse(""));
            line("sample", record.audit() ? "audit: judges models, and none learns from it" : "to learn from");
        }
        var labels = reader.labels(id);
        System.out.println(labels.isEmpty() ? "Nobody has labeled it" : "It is labeled");
        OptionalLong erasedAt =
                erased.stream().mapToLong(Erasures.Known::offset).findFirst();
        boolean any = false;
        for (Family family : reader.families()) {
            for (Learner learner : family.learners(records, labels, erasedAt)) {
                any = true;
                System.out.printf("%-24s %s%n", learner.model(), learner.describe());
            }
        }
        if (!any) {
            System.out.println("No version in the store has it in its offsets.");
        }
    }
}

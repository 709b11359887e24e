package io.freshet.trainer.service;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.OffsetRange;
import io.freshet.protocol.Topics;
import io.freshet.protocol.bundle.FileTree;
import io.freshet.protocol.bundle.Lineage;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.bundle.ModelStore;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.round.RoundStep;
import io.freshet.protocol.round.RoundStep.Snapshotted;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.learning.TrainingProgress;
import io.freshet.trainer.registry.ModelRegistry;
import io.freshet.trainer.round.Materials;
import io.freshet.trainer.round.Replay;
import io.freshet.trainer.round.ReplayResult;
import io.freshet.trainer.round.ReplayResult.Impossible;
import io.freshet.trainer.round.RoundConfig;
import io.freshet.trainer.round.WorkFolder;
import io.freshet.trainer.stream.Erasures;
import io.freshet.trainer.stream.MaterialReader;
import io.freshet.trainer.stream.TopicReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes a version again from its lineage, where that can be done. Opens no journal and shuts out no trainer. For one
 * thread at a time; the caller closes it.
 */
public final class Replays implements AutoCloseable {

    private final TrainerConfig config;
    private final LabeledSet labeledSet;
    private final TopicReader reader;
    private final Erasures erasures;
    private final ModelRegistry registry;
    private final Consumer<String> audience;

    private Replays(
            TrainerConfig config,
            LabeledSet labeledSet,
            TopicReader reader,
            ModelRegistry registry,
            Consumer<String> audience) {
        this.config = config;
        this.labeledSet = labeledSet;
        this.reader = reader;
        this.erasures = new Erasures(reader);
        this.registry = registry;
        this.audience = audience;
    }

    /**
     * Reads the labeled set.
     *
     * @param config says where the labeled set and the trainer's work folder lie
     * @param audience told in words what goes on and what may make a difference
     * @throws IOException if the labeled set cannot be read
     */
    public static Replays open(
            TrainerConfig config, KafkaConnection connection, ModelStore store, Consumer<String> audience)
            throws IOException {
        LabeledSet labeledSet = TrainerService.readLabeledSet(config);
        TopicReader reader = new TopicReader(connection, "freshet-replay");
        return new Replays(config, labeledSet, reader, new ModelRegistry(config.model(), store, reader), audience);
    }

    /**
     * Makes a version again.
     *
     * @param rounds the configuration of the round that made it, as its lineage states it
     * @throws IOException if the disk or the store fails
     * @throws InterruptedException if the thread is interrupted
     */
    public ReplayResult run(ModelDescriptor version, RoundConfig rounds) throws IOException, InterruptedException {
        Lineage lineage = version.lineage();
        erasures.refresh();
        List<String> obstacles = obstacles(lineage);
        Optional<RoundStep.Trained> trained = findTrained(lineage.roundId());
        String chosen = trained.flatMap(RoundStep.Trained::choice)
                .map(RoundStep.Choice::candidate)
                .orElse("");
        if (version.parent().isPresent() && chosen.isEmpty()) {
            obstacles.add("which candidate the round chose is no longer in " + Topics.ROUNDS);
        }
        if (!obstacles.isEmpty()) {
            return new Impossible(obstacles);
        }
        warn(lineage);
        MaterialReader materials = new MaterialReader(
                reader, labeledSet, erasures, config.leaveOutNear(), (at, trace) -> {}, config.work());
        Path scratch = config.work().resolve("replay");
        try {
            return new Replay(
                            rounds,
                            labeledSet,
                            new Unchecked(materials, audience),
                            registry.versions(),
                            new WorkFolder(config.work()),
                            scratch,
                            role -> progress())
                    .run(version, chosen);
        } finally {
            FileTree.delete(scratch);
        }
    }

    private List<String> obstacles(Lineage lineage) {
        List<String> obstacles = new ArrayList<>();
        String sha256 = labeledSet.select(id -> !erasures.contains(id)).sha256();
        if (!sha256.equals(lineage.labeledSetSha256())) {
            obstacles.add(
                    "the labeled set in " + config.labeled() + " is another, or something of it was erased since: its"
                            + " SHA-256 is " + sha256 + ", and that of the version's " + lineage.labeledSetSha256());
        }
        obstacles.addAll(gone(Topics.UNLABELED, lineage.unlabeled()));
        return obstacles;
    }

    /** Labels stay for ever; images go after a time. */
    private List<String> gone(Topics topic, List<OffsetRange> ranges) {
        if (ranges.stream().allMatch(range -> range.length() == 0)) {
            return List.of();
        }
        Map<Integer, Long> begin = new HashMap<>();
        reader.all(topic).forEach(range -> begin.put(range.partition(), range.from()));
        return ranges.stream()
                .filter(range -> range.length() > 0 && begin.getOrDefault(range.partition(), 0L) > range.from())
                .map(range -> "of " + topic + ", partition " + range.partition() + ", offsets " + range.from() + " to "
                        + (Math.min(begin.getOrDefault(range.partition(), 0L), range.to()) - 1)
                        + " are no longer there")
                .toList();
    }

    private void warn(Lineage lineage) {
        String codeVersion = Replay.codeVersion();
        if (!codeVersion.equals(lineage.codeVersion())) {
            audience.accept("Made by Freshet " + lineage.codeVersion() + ", and this is " + codeVersion
                    + ": what is made again may differ");
        }
        if (erasures.end() > lineage.erasures()) {
            audience.accept(
                    "There were erasures since: if one was of an image that it learned from, it cannot be made again");
        }
    }

    private Optional<RoundStep.Trained> findTrained(String roundId) throws InterruptedException {
        List<RoundStep.Trained> found = new ArrayList<>();
        reader.read(reader.all(Topics.ROUNDS), record -> {
            if (Codecs.ROUND_MESSAGE.decode(record.value()) instanceof RoundMessage.Event event
                    && event.roundId().equals(roundId)
                    && event.step() instanceof RoundStep.Trained trained) {
                found.add(trained);
            }
        });
        return found.isEmpty() ? Optional.empty() : Optional.of(found.getLast());
    }

    private TrainingProgress progress() {
        return (taken, steps, loss, images) -> {
            if (taken % Math.max(1, steps / 10) == 0) {
                audience.accept("step " + taken + " of " + steps);
            }
        };
    }

    @Override
    public void close() {
        reader.close();
    }

    /** A replay promotes nothing, so nothing has to be current at its end. */
    private record Unchecked(MaterialReader reader, Consumer<String> audience) implements Materials {

        @Override
        public Material read(Snapshotted snapshot) throws InterruptedException {
            Material material = reader.read(snapshot);
            audience.accept(material.labeled().size() + " labeled and "
                    + material.unlabeled().size() + " unlabeled images to learn from");
            return material;
        }

        @Override
        public boolean isCurrent(Snapshotted snapshot, Material material) {
            return true;
        }
    }
}

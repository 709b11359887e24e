package io.freshet.standalone.lineage;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.OffsetRange;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.Topics;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.bundle.ModelStore;
import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.round.RoundStep;
import io.freshet.trainer.stream.RecordLog;
import io.freshet.trainer.stream.TopicReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads what lineage needs from the store and from Kafka. For one thread at a time; does not own the reader. */
public final class LineageReader {

    private final ModelStore store;
    private final TopicReader reader;

    public LineageReader(ModelStore store, TopicReader reader) {
        this.store = store;
        this.reader = reader;
    }

    /**
     * All versions of a model that the store has.
     *
     * @throws IOException if the store cannot be read
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public Family family(String model) throws IOException, InterruptedException {
        return new Family(descriptors(model), rounds());
    }

    /** One family a model, of all models that the store has; throws as {@link #family} does. */
    public List<Family> families() throws IOException, InterruptedException {
        Map<String, RoundFacts> rounds = rounds();
        List<Family> families = new ArrayList<>();
        for (String model : store.models()) {
            families.add(new Family(descriptors(model), rounds));
        }
        return families;
    }

    private List<ModelDescriptor> descriptors(String model) throws IOException {
        List<ModelDescriptor> descriptors = new ArrayList<>();
        for (var version : store.versions(model)) {
            store.describe(version).ifPresent(descriptors::add);
        }
        return descriptors;
    }

    private Map<String, RoundFacts> rounds() throws InterruptedException {
        Map<String, RoundFacts> rounds = new HashMap<>();
        reader.read(reader.all(Topics.ROUNDS), record -> {
            if (RecordLog.decode(Codecs.ROUND_MESSAGE, record).orElse(null) instanceof RoundMessage.Event event) {
                rounds.merge(event.roundId(), RoundFacts.UNKNOWN, (known, none) -> known);
                if (event.step() instanceof RoundStep.Labelled labelled) {
                    rounds.computeIfPresent(event.roundId(), (id, facts) -> facts.with(labelled));
                } else if (event.step() instanceof RoundStep.Trained trained) {
                    trained.choice()
                            .ifPresent(choice -> rounds.computeIfPresent(
                                    event.roundId(), (id, facts) -> facts.with(choice.candidate())));
                }
            }
        });
        return rounds;
    }

    /** The images of ranges of {@code freshet.unlabeled} that are still there. */
    public void images(List<OffsetRange> ranges, Consumer<KnownImage> handler) throws InterruptedException {
        reader.read(
                ranges,
                record -> RecordLog.decode(Codecs.UNLABELED_IMAGE, record)
                        .ifPresent(image -> handler.accept(KnownImage.of(image, KnownImage.place(record)))));
    }

    /** All records of an image in {@code freshet.unlabeled}, which is read whole. */
    public List<KnownImage> find(ImageId id) throws InterruptedException {
        List<KnownImage> found = new ArrayList<>();
        reader.read(reader.all(Topics.UNLABELED), record -> {
            if (isOf(id, record)) { // the key alone spares the decoding of all others
                RecordLog.decode(Codecs.UNLABELED_IMAGE, record)
                        .ifPresent(image -> found.add(KnownImage.of(image, KnownImage.place(record))));
            }
        });
        return found;
    }

    /** Where labels of an image lie in {@code freshet.labels}. */
    public List<TopicPosition> labels(ImageId id) throws InterruptedException {
        List<TopicPosition> found = new ArrayList<>();
        reader.read(reader.all(Topics.LABELS), record -> {
            if (isOf(id, record) && record.value() != null) {
                found.add(KnownImage.place(record));
            }
        });
        return found;
    }

    private static boolean isOf(ImageId id, ConsumerRecord<byte[], byte[]> record) {
        return record.key() != null && new String(record.key(), StandardCharsets.US_ASCII).equals(id.hex());
    }
}

package io.freshet.standalone.erasure;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.Topics;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.standalone.lineage.KnownImage;
import io.freshet.trainer.stream.RecordLog;
import io.freshet.trainer.stream.TopicReader;
import io.freshet.trainer.stream.TopicTail;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Goes through all topics in which a tombstone can erase, {@link #TOPICS}: finds what is wanted, and writes the tombstones.
 * Those that are there already are not written again. For one thread at a time; does not own the reader.
 */
public final class Sweep {

    /** In the order in which they are read: the first two say which images a subject has. */
    public static final List<Topics> TOPICS =
            List.of(Topics.UNLABELED, Topics.LABEL_REQUESTS, Topics.LABELS, Topics.ANSWERED);

    private final Map<Topics, TopicTail> tails = new EnumMap<>(Topics.class);

    public Sweep(TopicReader reader) {
        TOPICS.forEach(topic -> tails.put(topic, TopicTail.fromBeginning(reader, topic)));
    }

    /**
     * Finds what there is; the next time, only what has come since.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public Remains find(Wanted wanted) throws InterruptedException {
        Remains remains = new Remains();
        find(
                Topics.UNLABELED,
                remains,
                record -> RecordLog.decode(Codecs.UNLABELED_IMAGE, record)
                        .filter(image -> wanted.contains(image.id(), image.subject()))
                        .map(image -> {
                            remains.found(KnownImage.of(image, KnownImage.place(record)));
                            if (!image.location().isEmpty()) {
                                remains.foundFile(image.location());
                            }
                            return image;
                        })
                        .isPresent());
        find(
                Topics.LABEL_REQUESTS,
                remains,
                record -> RecordLog.decode(Codecs.LABEL_REQUEST, record)
                        .filter(request -> wanted.contains(request.id(), request.subject()))
                        .isPresent());
        find(Topics.LABELS, remains, record -> {
            Optional<ImageId> id = RecordLog.decode(Codecs.LABEL, record)
                    .map(label -> label.id())
                    .filter(wanted::contains);
            id.ifPresent(image -> remains.foundLabel(image, KnownImage.place(record)));
            return id.isPresent();
        });
        find(
                Topics.ANSWERED,
                remains,
                record -> RecordLog.decode(Codecs.ANSWERED_IMAGE, record)
                        .filter(answered -> wanted.contains(answered.id()))
                        .isPresent());
        return remains;
    }

    private void find(Topics topic, Remains remains, Predicate<ConsumerRecord<byte[], byte[]>> isWanted)
            throws InterruptedException {
        Objects.requireNonNull(tails.get(topic)).read(record -> {
            if (record.key() == null) {
                return; // another writer's, which no tombstone can reach
            }
            String key = new String(record.key(), StandardCharsets.UTF_8);
            if (record.value() == null) {
                remains.erased(topic, key);
            } else if (isWanted.test(record)) {
                remains.found(topic, key);
            }
        });
    }

    /**
     * Writes a tombstone behind all that was found without one, and returns when Kafka has them.
     *
     * @return how many
     * @throws ExecutionException if Kafka does not take one
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public static int erase(Remains remains, KafkaConnection connection)
            throws InterruptedException, ExecutionException {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (KafkaProducer<String, byte[]> producer = connection.textKeyedProducer()) {
            for (Topics topic : TOPICS) {
                for (String key : remains.open(topic)) {
                    sent.add(producer.send(new ProducerRecord<>(topic.topicName(), key, null)));
                }
            }
            for (Future<RecordMetadata> each : sent) {
                each.get();
            }
        }
        return sent.size();
    }
}

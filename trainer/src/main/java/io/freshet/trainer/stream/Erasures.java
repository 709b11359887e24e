package io.freshet.trainer.stream;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.Erasure;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What {@link Topics#ERASURES} says, as of the last {@link #refresh}. For one thread at a time; does not own the reader.
 */
public final class Erasures {

    /** An erasure, and where it lies. */
    public record Known(Erasure erasure, long offset) {}

    private final TopicTail tail;
    private final Map<String, Known> erasures = new HashMap<>();
    private long end;

    public Erasures(TopicReader reader) {
        this.tail = TopicTail.fromBeginning(reader, Topics.ERASURES);
    }

    /**
     * Reads what has come since.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public void refresh() throws InterruptedException {
        tail.read(this::add);
    }

    private void add(ConsumerRecord<byte[], byte[]> record) {
        end = record.offset() + 1; // the topic has one partition
        if (record.key() == null) {
            return;
        }
        String key = new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            erasures.remove(key);
        } else {
            RecordLog.decode(Codecs.ERASURE, record)
                    .ifPresent(erasure -> erasures.put(key, new Known(erasure, record.offset())));
        }
    }

    /** The offset below which all has been read: it grows with each erasure. */
    public long end() {
        return end;
    }

    public boolean contains(ImageId id) {
        return erasures.containsKey(Erasure.Image.key(id));
    }

    /** @param subject empty for none */
    public boolean contains(ImageId id, String subject) {
        return contains(id)
                || (!subject.isEmpty()
                        && erasures.containsKey(Erasure.Subject.named(subject).key()));
    }

    public Optional<Known> find(Erasure.Target target) {
        return Optional.ofNullable(erasures.get(target.key()));
    }

    /** All of them, in the order in which they came. */
    public List<Erasure> all() {
        return erasures.values().stream()
                .sorted(Comparator.comparingLong(Known::offset))
                .map(Known::erasure)
                .toList();
    }
}

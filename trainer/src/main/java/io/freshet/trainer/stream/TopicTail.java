package io.freshet.trainer.stream;

import io.freshet.protocol.OffsetRange;
import io.freshet.protocol.Topics;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Follows a topic: each reading hands over what has come since the one before. A reading that breaks off counts for
 * nothing: the next one begins where it began, so a handler may see a record again, and misses none. For one thread at a
 * time; does not own the reader.
 */
public final class TopicTail {

    private final TopicReader reader;
    private final Topics topic;
    private List<OffsetRange> read;

    /** @param read one range of each partition; a partition that is missing is taken from its beginning */
    private TopicTail(TopicReader reader, Topics topic, List<OffsetRange> read) {
        this.reader = reader;
        this.topic = topic;
        this.read = read;
    }

    /** Begins with all that the topic holds. */
    public static TopicTail fromBeginning(TopicReader reader, Topics topic) {
        return new TopicTail(reader, topic, List.of());
    }

    /** Begins with what comes after this call. */
    public static TopicTail fromNow(TopicReader reader, Topics topic) {
        return new TopicTail(reader, topic, reader.all(topic));
    }

    /**
     * Hands over the committed records that have come since the last reading.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public void read(Consumer<ConsumerRecord<byte[], byte[]>> handler) throws InterruptedException {
        List<OffsetRange> ranges = reader.after(topic, read);
        reader.read(ranges, handler);
        read = ranges;
    }
}

package io.freshet.serving.feedback;

import io.freshet.protocol.AnsweredImage;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The images answered last, by their event ids; of two with one id, the later. Bounded. Thread safe. */
final class AnsweredIndex {

    /** The first half of the id's SHA-256: ids may be long, and nobody finds two with one half. */
    private record Key(long high, long low) {

        static Key of(String eventId) {
            ByteBuffer bytes = ByteBuffer.wrap(Sha256.digest().digest(eventId.getBytes(StandardCharsets.UTF_8)));
            return new Key(bytes.getLong(), bytes.getLong());
        }
    }

    /** An image's id in a quarter of the memory that its digits take. */
    private record Note(long a, long b, long c, long d, String model) {

        static Note of(AnsweredImage image) {
            ByteBuffer id = ByteBuffer.wrap(image.id().bytes());
            return new Note(
                    id.getLong(),
                    id.getLong(),
                    id.getLong(),
                    id.getLong(),
                    image.model().intern()); // there are few models, and many images
        }

        Answered answered() {
            byte[] id = ByteBuffer.allocate(4 * Long.BYTES)
                    .putLong(a)
                    .putLong(b)
                    .putLong(c)
                    .putLong(d)
                    .array();
            return new Answered(ImageId.ofBytes(id), model);
        }
    }

    /** @param model that answered, by name */
    record Answered(ImageId id, String model) {}

    private final Map<Key, Note> images;

    /** @param most images; the oldest are forgotten */
    AnsweredIndex(int most) {
        this.images = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Note> eldest) {
                return size() > most;
            }
        };
    }

    synchronized void add(AnsweredImage image) {
        Key key = Key.of(image.eventId());
        images.remove(key); // the later is the younger too
        images.put(key, Note.of(image));
    }

    synchronized void remove(String eventId) {
        images.remove(Key.of(eventId));
    }

    synchronized Optional<Answered> find(String eventId) {
        return Optional.ofNullable(images.get(Key.of(eventId))).map(Note::answered);
    }

    synchronized int size() {
        return images.size();
    }
}

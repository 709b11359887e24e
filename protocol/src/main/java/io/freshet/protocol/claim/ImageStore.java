package io.freshet.protocol.claim;

import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.Erasure;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** Where large images lie between those who send them and ingest. Thread safe. */
public interface ImageStore {

    /**
     * Puts an image there, whole or not at all. The same bytes of the same subject lie there once.
     *
     * @param subject as traffic names it; empty for none
     * @throws IOException if the store cannot be reached or written
     */
    ImageReference put(EncodedImage content, String subject) throws IOException;

    /**
     * Brings the image of a reference, checked against its digest. Nothing outside the store is ever touched.
     *
     * @param maxBytes that are read at most
     * @throws IOException if the store cannot be reached, or takes too long: the same may work later
     */
    FetchResult fetch(ImageReference reference, int maxBytes) throws IOException;

    /**
     * Where the images of a subject lie.
     *
     * @throws IOException if the store cannot be reached
     */
    List<String> locations(Erasure.Subject subject) throws IOException;

    /**
     * Deletes an image, if it is there.
     *
     * @return whether it was
     * @throws IOException if the store cannot be reached or written
     */
    boolean delete(String location) throws IOException;

    /**
     * Deletes the images of a subject.
     *
     * @return how many
     * @throws IOException if the store cannot be reached or written
     */
    default int delete(Erasure.Subject subject) throws IOException {
        int deleted = 0;
        for (String location : locations(subject)) {
            deleted += delete(location) ? 1 : 0;
        }
        return deleted;
    }

    /**
     * Deletes the images that were put there before a time.
     *
     * @return how many
     * @throws IOException if the store cannot be reached or written
     */
    int deleteOlderThan(Instant time) throws IOException;
}

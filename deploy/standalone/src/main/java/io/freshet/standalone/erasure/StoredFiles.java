package io.freshet.standalone.erasure;

import io.freshet.protocol.Erasure;
import io.freshet.protocol.claim.ImageStore;
import java.io.IOException;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Files of erased images in the image store: all that came of a subject, and those that a kept image came in. A file of the
 * same pixels in other bytes, that ingest dropped as a copy, is not known to be one, and goes with its time.
 */
public final class StoredFiles {

    private final Optional<ImageStore> store;

    /** @param store absent where no image comes through one */
    public StoredFiles(Optional<ImageStore> store) {
        this.store = store;
    }

    /**
     * Where they lie.
     *
     * @throws IOException if the store cannot be read
     */
    public Set<String> find(Collection<? extends Erasure.Target> targets, Remains remains) throws IOException {
        Set<String> locations = new TreeSet<>();
        if (store.isPresent()) {
            locations.addAll(remains.files());
            for (Erasure.Target target : targets) {
                if (target instanceof Erasure.Subject subject) {
                    locations.addAll(store.get().locations(subject));
                }
            }
        }
        return locations;
    }

    /**
     * Deletes them.
     *
     * @return how many were there
     * @throws IOException if the store cannot be written
     */
    public int delete(Set<String> locations) throws IOException {
        int deleted = 0;
        if (store.isPresent()) {
            for (String location : locations) {
                deleted += store.get().delete(location) ? 1 : 0;
            }
        }
        return deleted;
    }
}

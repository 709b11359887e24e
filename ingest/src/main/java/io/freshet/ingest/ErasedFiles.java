package io.freshet.ingest;

import io.freshet.protocol.Erasure;
import io.freshet.protocol.Sighting;
import io.freshet.protocol.claim.ImageStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Deletes from the image store what came again after it was erased. Thread safe. */
final class ErasedFiles {

    private final Optional<ImageStore> store;

    ErasedFiles(Optional<ImageStore> store) {
        this.store = store;
    }

    /**
     * All of a subject: what a record refers to, only its sender says.
     *
     * @throws UncheckedIOException if the image store cannot be reached: the same may work later
     */
    void deleteOf(String subject) {
        if (store.isPresent()) {
            try {
                store.get().delete(Erasure.Subject.named(subject));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * The file of an image: that it is the image's, its digest has shown.
     *
     * @throws UncheckedIOException if the image store cannot be reached: the same may work later
     */
    void delete(Sighting sighting) {
        if (store.isPresent() && !sighting.location().isEmpty()) {
            try {
                store.get().delete(sighting.location());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}

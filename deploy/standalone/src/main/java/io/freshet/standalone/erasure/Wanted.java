package io.freshet.standalone.erasure;

import io.freshet.protocol.Erasure;
import io.freshet.protocol.ImageId;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * What shall be found: images by their ids, and all images of subjects, whose ids are learned on the way. Not thread safe.
 */
public final class Wanted {

    private final Set<ImageId> images = new HashSet<>();
    private final Set<Erasure.Subject> subjects = new HashSet<>();

    public Wanted(Collection<? extends Erasure.Target> targets) {
        for (Erasure.Target target : targets) {
            switch (target) {
                case Erasure.Image image -> images.add(image.id());
                case Erasure.Subject subject -> subjects.add(subject);
            }
        }
    }

    /** Whether an image is meant. */
    public boolean contains(ImageId id) {
        return images.contains(id);
    }

    /**
     * Whether an image is meant, by its id or its subject; one that is will be found by its id from then on.
     *
     * @param subject empty for none
     */
    public boolean contains(ImageId id, String subject) {
        if (!subject.isEmpty() && subjects.contains(Erasure.Subject.named(subject))) {
            images.add(id);
        }
        return images.contains(id);
    }

    /** All images that are meant, as far as they are known. */
    public Set<ImageId> images() {
        return Set.copyOf(images);
    }
}

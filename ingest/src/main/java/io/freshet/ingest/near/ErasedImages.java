package io.freshet.ingest.near;

import io.freshet.protocol.Erasure;
import java.util.Set;
import java.util.stream.Collectors;

/** Which of the kept images are erased. Pure. */
final class ErasedImages {

    private static final int PART_DIGITS = 16;

    private final Set<String> keys;
    private final Set<Long> subjects;

    private ErasedImages(Set<String> keys, Set<Long> subjects) {
        this.keys = keys;
        this.subjects = subjects;
    }

    /** @param keys of erasures */
    static ErasedImages of(Set<String> keys) {
        return new ErasedImages(
                keys,
                keys.stream()
                        .flatMap(key -> Erasure.Target.ofKey(key).stream())
                        .filter(Erasure.Subject.class::isInstance)
                        .map(subject -> part((Erasure.Subject) subject))
                        .collect(Collectors.toUnmodifiableSet()));
    }

    /** By a part of its digest another subject may be meant, in one of 2^64 cases: then a copy is not seen to be one. */
    boolean contains(KeptImage image) {
        return keys.contains(Erasure.Image.key(image.id()))
                || (image.subject() != 0 && subjects.contains(image.subject()));
    }

    /** What is kept of a subject beside an image; 0 for none. */
    static long part(String subject) {
        return subject.isEmpty() ? 0 : part(Erasure.Subject.named(subject));
    }

    private static long part(Erasure.Subject subject) {
        return Long.parseUnsignedLong(subject.sha256(), 0, PART_DIGITS, 16);
    }
}

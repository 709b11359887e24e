package io.freshet.protocol;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Says that an image, or all images of a subject, shall be forgotten: none is kept from then on, and no later round learns
 * from one.
 *
 * @param of the subject whose erasure led to this one, for an image
 * @param models versions that may have learned from it, as found when it was erased
 * @param why for people
 */
public record Erasure(Target target, Instant at, Optional<Subject> of, List<ModelVersion> models, String why) {

    private static final String IMAGE = "image/";
    private static final String SUBJECT = "subject/";

    /** What is erased. */
    public sealed interface Target {

        /** The key in {@link Topics#ERASURES}. */
        String key();

        /** What a key names; empty if it is none. */
        static Optional<Target> ofKey(String key) {
            try {
                if (key.startsWith(IMAGE)) {
                    return Optional.of(new Image(new ImageId(key.substring(IMAGE.length()))));
                }
                return key.startsWith(SUBJECT)
                        ? Optional.of(new Subject(key.substring(SUBJECT.length())))
                        : Optional.empty();
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }
    }

    /** An image, in whatever file it comes again. */
    public record Image(ImageId id) implements Target {

        @Override
        public String key() {
            return key(id);
        }

        /** As {@link #key()}, of an image. */
        public static String key(ImageId id) {
            return IMAGE + id.hex();
        }
    }

    /**
     * What traffic carries as its CloudEvents subject: who, or what, its images show. Only a digest of the name is kept:
     * the list of those who shall be forgotten outlives all else, and shall not name them.
     *
     * @param sha256 of the name in UTF-8, in lower-case hexadecimal
     */
    public record Subject(String sha256) implements Target {

        private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

        public Subject {
            if (!SHA256.matcher(sha256).matches()) {
                throw new IllegalArgumentException("A subject goes by the SHA-256 of its name, not '" + sha256 + "'");
            }
        }

        /** @throws IllegalArgumentException if the name is empty: that is what images without a subject have */
        public static Subject named(String name) {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("A subject has a name");
            }
            return new Subject(Sha256.hex(name.getBytes(StandardCharsets.UTF_8)));
        }

        @Override
        public String key() {
            return SUBJECT + sha256;
        }
    }

    public Erasure {
        models = List.copyOf(models);
    }
}

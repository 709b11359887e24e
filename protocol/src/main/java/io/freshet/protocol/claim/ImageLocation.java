package io.freshet.protocol.claim;

import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.Erasure;
import io.freshet.protocol.Sha256;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How images are named in a store: {@code SUBJECT/SHA256}, where the subject goes by its digest, so that all of one can be
 * found, or is {@code none}. A stranger's reference may name another file, as long as its names are plain.
 */
public final class ImageLocation {

    private static final String NO_SUBJECT = "none";

    /** No store stumbles over it, and it is not what is still being written. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}");

    private static final int MAX_DEPTH = 8;

    private ImageLocation() {}

    /** @param subject as traffic names it; empty for none */
    public static String of(EncodedImage content, String subject) {
        String folder =
                subject.isEmpty() ? NO_SUBJECT : Erasure.Subject.named(subject).sha256();
        return folder + "/" + Sha256.hex(content.bytes());
    }

    /** Whether these names, one below the other, lead to a place below the store's root. */
    public static boolean isPlain(List<String> names) {
        return !names.isEmpty()
                && names.size() <= MAX_DEPTH
                && names.stream().allMatch(name -> NAME.matcher(name).matches());
    }
}

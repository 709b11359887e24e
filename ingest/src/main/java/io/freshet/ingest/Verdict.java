package io.freshet.ingest;

import io.freshet.protocol.DeadLetter;
import io.freshet.protocol.EncodedImage;
import java.util.Optional;

/**
 * What a stage of ingest made of an image.
 *
 * @param <T> what goes on
 */
sealed interface Verdict<T> {

    record Accepted<T>(T value) implements Verdict<T> {}

    /** @param content as it came, absent if there was none */
    record Refused<T>(Optional<EncodedImage> content, DeadLetter letter) implements Verdict<T> {}
}

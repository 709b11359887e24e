package io.freshet.ingest;

import io.freshet.protocol.DeadLetter;
import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.UnlabeledImage;
import java.util.Optional;

/** What came of inspecting a record of the traffic. */
sealed interface Verdict {

    /** It is an image; whether a new one is still to be seen. */
    record Accepted(UnlabeledImage image) implements Verdict {}

    /** @param content the record's value, absent if it has none */
    record Refused(Optional<EncodedImage> content, DeadLetter letter) implements Verdict {}
}

package io.freshet.standalone.lineage;

import io.freshet.protocol.OffsetRange;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.bundle.Lineage;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.round.Score;
import io.freshet.protocol.round.Trigger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What bundles say of themselves, of versions of a model {@value #MODEL}. */
public final class Descriptors {

    public static final String MODEL = "m";

    private Descriptors() {}

    /** A version, made by the round {@code round-VERSION} from labels at 0:0 to 0:49 and from these unlabeled images. */
    public static ModelDescriptor of(long version, Optional<Long> parent, List<OffsetRange> unlabeled) {
        return of(version, parent, unlabeled, 0);
    }

    /** @param erasures offset below which its round knew of all erasures */
    public static ModelDescriptor of(long version, Optional<Long> parent, List<OffsetRange> unlabeled, long erasures) {
        return new ModelDescriptor(
                ModelDescriptor.FORMAT,
                MODEL,
                version,
                parent,
                Instant.parse("2026-03-01T10:00:00Z").plusSeconds(version),
                List.of("bag", "boot"),
                new ImageShape(16, 16, 3),
                8,
                false,
                "residual-8",
                100,
                new Score(0, 0, 1, 10),
                .1,
                new Lineage(
                        "round-" + version,
                        parent.isPresent() ? Trigger.DRIFT : Trigger.INITIAL,
                        unlabeled,
                        List.of(new OffsetRange("freshet.labels", 0, 0, 50)),
                        "ab".repeat(32),
                        version,
                        Map.of(),
                        "test",
                        erasures,
                        "cd".repeat(32)));
    }
}

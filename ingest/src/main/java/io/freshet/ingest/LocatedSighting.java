package io.freshet.ingest;

import io.freshet.protocol.Sighting;
import java.util.List;

/**
 * An image, and where its copies are looked for.
 *
 * @param cells its own first, then those in which some of its copies may fall
 */
record LocatedSighting(Sighting sighting, List<Integer> cells) {

    LocatedSighting {
        cells = List.copyOf(cells);
    }
}

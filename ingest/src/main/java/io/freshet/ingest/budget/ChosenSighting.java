package io.freshet.ingest.budget;

import io.freshet.protocol.Sighting;

/**
 * An image that came through.
 *
 * @param copies that were dropped after an image like this was kept before
 * @param chance that it had, over 0 and up to 1
 */
public record ChosenSighting(Sighting sighting, long copies, double chance) {}

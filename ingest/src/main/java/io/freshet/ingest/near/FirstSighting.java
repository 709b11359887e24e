package io.freshet.ingest.near;

import io.freshet.protocol.Sighting;

/**
 * An image that no other of the window is a copy of.
 *
 * @param copies that were dropped after an image like this was kept before
 */
public record FirstSighting(Sighting sighting, long copies) {}

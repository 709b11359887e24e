/**
 * Finds the images of the traffic that are copies of one that was kept, though their pixels differ: encoded again,
 * resized, cropped a little.
 */
@NullMarked
package io.freshet.ingest.near;

import org.jspecify.annotations.NullMarked;

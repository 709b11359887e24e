/**
 * Watches what the models in service say of the kept images, and asks for a round when that is no longer what it was.
 */
@NullMarked
package io.freshet.ingest.drift;

import org.jspecify.annotations.NullMarked;

/**
 * Lets no more images through than may be trained on, so many of one source and one class at most, and says of each with
 * which probability it came through.
 */
@NullMarked
package io.freshet.ingest.budget;

import org.jspecify.annotations.NullMarked;

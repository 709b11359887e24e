/** Knows what is erased, and keeps it out of ingest from then on. */
@NullMarked
package io.freshet.ingest.erasure;

import org.jspecify.annotations.NullMarked;

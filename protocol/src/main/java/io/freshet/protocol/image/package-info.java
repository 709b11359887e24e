/**
 * Encoded images to pixels, the same way in serving, ingest and trainer: what is trained on is what is served. Content
 * from strangers costs bounded memory.
 */
@NullMarked
package io.freshet.protocol.image;

import org.jspecify.annotations.NullMarked;

/** Reads from Kafka what a round needs: images by their offsets, people's labels, and the audit sample. */
@NullMarked
package io.freshet.trainer.stream;

import org.jspecify.annotations.NullMarked;

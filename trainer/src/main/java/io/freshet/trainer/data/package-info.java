/** Images in memory as models take them: the labeled set, the anchor, and what a round reads from the stream. */
@NullMarked
package io.freshet.trainer.data;

import org.jspecify.annotations.NullMarked;

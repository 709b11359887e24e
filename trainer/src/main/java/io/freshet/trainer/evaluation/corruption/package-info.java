/** Images as worn cameras take them, to see how a model holds up. */
@NullMarked
package io.freshet.trainer.evaluation.corruption;

import org.jspecify.annotations.NullMarked;

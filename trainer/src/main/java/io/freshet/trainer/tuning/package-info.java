/** Finds hyper-parameters from a small budget of steps, on labeled images that are held back for it. */
@NullMarked
package io.freshet.trainer.tuning;

import org.jspecify.annotations.NullMarked;

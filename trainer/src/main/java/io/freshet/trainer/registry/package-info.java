/** Versions of the model: which is in service, which comes next, and what they are made of. */
@NullMarked
package io.freshet.trainer.registry;

import org.jspecify.annotations.NullMarked;

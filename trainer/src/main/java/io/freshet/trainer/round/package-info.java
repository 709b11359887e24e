/** A round from beginning to end: label, train, evaluate, decide. */
@NullMarked
package io.freshet.trainer.round;

import org.jspecify.annotations.NullMarked;

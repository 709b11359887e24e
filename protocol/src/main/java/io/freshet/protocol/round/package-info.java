/** Rounds of training as the other services see them: asked for, and moving from step to step. */
@NullMarked
package io.freshet.protocol.round;

import org.jspecify.annotations.NullMarked;

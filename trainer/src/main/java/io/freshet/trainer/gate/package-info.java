/** Decides whether a student goes into service. Pure: what was measured goes in, a decision comes out. */
@NullMarked
package io.freshet.trainer.gate;

import org.jspecify.annotations.NullMarked;

/** Tries a new version beside the one in service, and decides by what it measured: on, not yet, or back. */
@NullMarked
package io.freshet.serving.rollout;

import org.jspecify.annotations.NullMarked;

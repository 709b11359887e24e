/** How the trace of an image goes from one service to the next. */
@NullMarked
package io.freshet.protocol.tracing;

import org.jspecify.annotations.NullMarked;

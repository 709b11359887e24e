/**
 * Serving: images come in over HTTP, predictions go out, and what was served flows on into {@code freshet.traffic};
 * better models come in from {@code freshet.models} meanwhile.
 */
@NullMarked
package io.freshet.serving;

import org.jspecify.annotations.NullMarked;

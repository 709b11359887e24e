/** Images that are too large to travel in a record: the store that they lie in, and the references that travel instead. */
@NullMarked
package io.freshet.protocol.claim;

import org.jspecify.annotations.NullMarked;

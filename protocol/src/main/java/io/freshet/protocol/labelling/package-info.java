/** What a round and those who label its images for it say to one another. */
@NullMarked
package io.freshet.protocol.labelling;

import org.jspecify.annotations.NullMarked;

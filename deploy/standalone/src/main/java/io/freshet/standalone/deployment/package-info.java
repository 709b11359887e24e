/** A broker and the three services on one machine, in one process or in four. */
@NullMarked
package io.freshet.standalone.deployment;

import org.jspecify.annotations.NullMarked;

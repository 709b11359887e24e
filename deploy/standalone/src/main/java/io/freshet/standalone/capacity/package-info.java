/** From a stream of images to the partitions, processes and disks that it takes, by what was measured. */
@NullMarked
package io.freshet.standalone.capacity;

import org.jspecify.annotations.NullMarked;

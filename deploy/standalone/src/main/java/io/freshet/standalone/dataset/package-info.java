/** Labeled images for the demo: the sample that comes with Freshet, published data sets, or one's own folder. */
@NullMarked
package io.freshet.standalone.dataset;

import org.jspecify.annotations.NullMarked;

/** Measures learning from unlabeled images, with the trainer's own classes, beside controls that had as many steps. */
@NullMarked
package io.freshet.benchmarks.learning;

import org.jspecify.annotations.NullMarked;

/** From a request's images to its answer: decoded, batched with those of others, run on one leased model, captured. */
@NullMarked
package io.freshet.serving.predict;

import org.jspecify.annotations.NullMarked;

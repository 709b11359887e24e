/**
 * Looks at labeled and unlabeled images through a model, without training: pseudo-labels, copies, labels that are probably
 * wrong, images of another world; written as TFRecord for whoever trains with a loop of their own.
 */
@NullMarked
package io.freshet.trainer.analysis;

import org.jspecify.annotations.NullMarked;

/**
 * What all protocols share of a prediction request: its limits, its headers, the tensors of the Open Inference Protocol,
 * its way through the threads, and the reasons for which it gets no answer.
 */
@NullMarked
package io.freshet.serving.inference;

import org.jspecify.annotations.NullMarked;

/** Labels that clients bring later for what they were answered: which image that was, and the label on its way. */
@NullMarked
package io.freshet.serving.feedback;

import org.jspecify.annotations.NullMarked;

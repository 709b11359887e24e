/** Shows a person how good a model is: as JSON, and as a page with pictures. */
@NullMarked
package io.freshet.standalone.evaluation;

import org.jspecify.annotations.NullMarked;

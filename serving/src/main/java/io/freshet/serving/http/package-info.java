/** The ways in: HTTP, in three dialects, to one prediction; and what operators and orchestrators ask. */
@NullMarked
package io.freshet.serving.http;

import org.jspecify.annotations.NullMarked;

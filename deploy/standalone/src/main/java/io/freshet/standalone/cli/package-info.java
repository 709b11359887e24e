/** The {@code freshet} program: one command for each thing that a person does with it. */
@NullMarked
package io.freshet.standalone.cli;

import org.jspecify.annotations.NullMarked;

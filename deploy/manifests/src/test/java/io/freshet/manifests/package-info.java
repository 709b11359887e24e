/** Checks of what is deployed, against the code that it runs: each fails where a manifest is wrong. */
@NullMarked
package io.freshet.manifests;

import org.jspecify.annotations.NullMarked;

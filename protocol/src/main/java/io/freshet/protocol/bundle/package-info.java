/** Model bundles: what a trainer hands to serving, how it is checked, and the store that it lies in between. */
@NullMarked
package io.freshet.protocol.bundle;

import org.jspecify.annotations.NullMarked;

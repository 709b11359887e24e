/** Which models could have learned from which images of the traffic: what the bundles and the topics say together. */
@NullMarked
package io.freshet.standalone.lineage;

import org.jspecify.annotations.NullMarked;

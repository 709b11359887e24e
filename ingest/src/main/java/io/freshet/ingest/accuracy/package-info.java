/** How right the models in service are, by what people say of the audit sample. */
@NullMarked
package io.freshet.ingest.accuracy;

import org.jspecify.annotations.NullMarked;

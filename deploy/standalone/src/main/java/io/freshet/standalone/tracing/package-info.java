/** Traces by OpenTelemetry, sent to a collector; the services know only Micrometer's API. */
@NullMarked
package io.freshet.standalone.tracing;

import org.jspecify.annotations.NullMarked;

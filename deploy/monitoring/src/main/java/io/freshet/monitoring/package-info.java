/** Checks that what watches Freshet (rules, dashboards, runbook) fits what the services show. */
@NullMarked
package io.freshet.monitoring;

import org.jspecify.annotations.NullMarked;

/** The services, opened from their configuration: alone in a process each, or all in one. */
@NullMarked
package io.freshet.standalone.service;

import org.jspecify.annotations.NullMarked;

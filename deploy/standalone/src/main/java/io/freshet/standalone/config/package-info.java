/** One tree of configuration for all services: defaults, a YAML file, the environment, the command line. */
@NullMarked
package io.freshet.standalone.config;

import org.jspecify.annotations.NullMarked;

/** Finds what Kafka holds of images and subjects that shall be forgotten, and has it erased. */
@NullMarked
package io.freshet.standalone.erasure;

import org.jspecify.annotations.NullMarked;

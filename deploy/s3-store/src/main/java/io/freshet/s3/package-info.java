/** The model store and the image store in a bucket, for services that share no volume. */
@NullMarked
package io.freshet.s3;

import org.jspecify.annotations.NullMarked;

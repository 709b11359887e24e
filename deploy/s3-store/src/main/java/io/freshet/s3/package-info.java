/** The model store in a bucket, for trainers and replicas that share no volume. */
@NullMarked
package io.freshet.s3;

import org.jspecify.annotations.NullMarked;

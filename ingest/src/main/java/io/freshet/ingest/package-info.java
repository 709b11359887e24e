/**
 * From {@code freshet.traffic} to {@code freshet.unlabeled}: each image decoded, checked, met for the first time, drawn
 * into the audit sample or not, and the model's answers watched for drift. Other services share only topics with it.
 */
@NullMarked
package io.freshet.ingest;

import org.jspecify.annotations.NullMarked;

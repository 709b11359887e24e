/**
 * Has a round's unlabeled images labelled by many processes at once: the trainer cuts them into chunks, those who label take
 * them from Kafka as one consumer group, and each chunk counts once.
 */
@NullMarked
package io.freshet.trainer.labelling;

import org.jspecify.annotations.NullMarked;

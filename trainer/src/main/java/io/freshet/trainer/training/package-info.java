/** One call from labeled and unlabeled images to a model: search, supervised training, rounds, and what each part gave. */
@NullMarked
package io.freshet.trainer.training;

import org.jspecify.annotations.NullMarked;

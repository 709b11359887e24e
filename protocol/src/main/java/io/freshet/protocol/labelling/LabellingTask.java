package io.freshet.protocol.labelling;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.TopicPosition;
import java.util.List;

/** What lies in {@link io.freshet.protocol.Topics#LABELLING_TASKS}. */
public sealed interface LabellingTask {

    /**
     * A round's teacher: a version in the model store, with its batch-norm statistics moved to the round's images. Those are
     * few numbers, so they travel as what is other in the files of the version's variables.
     *
     * @param manifestSha256 of the bundle in the store, in hexadecimal
     * @param patches to the files in the bundle's folder of variables
     * @param variablesSha256 of that folder after the patches, in hexadecimal: names these very weights
     * @param mixedPrecision whether it runs with mixed precision
     */
    record Teacher(
            ModelVersion model,
            String manifestSha256,
            List<FilePatch> patches,
            String variablesSha256,
            boolean mixedPrecision)
            implements LabellingTask {

        public Teacher {
            patches = List.copyOf(patches);
        }
    }

    /**
     * Images for a teacher to label.
     *
     * @param job names the labelling of one round's images by one teacher
     * @param model whose round it is
     * @param teacher where in this topic the {@link Teacher} lies
     * @param number of the chunk in the job, from 0
     * @param images where in {@code freshet.unlabeled} they lie, in their order
     * @param pixelsSha256 over the images as the model takes them, one after another, in hexadecimal
     */
    record Chunk(
            String job,
            String model,
            String roundId,
            TopicPosition teacher,
            int number,
            List<TopicPosition> images,
            String pixelsSha256)
            implements LabellingTask {

        public Chunk {
            images = List.copyOf(images);
            if (images.isEmpty()) {
                throw new IllegalArgumentException("A chunk has images");
            }
            if (number < 0) {
                throw new IllegalArgumentException("Chunks are numbered from 0, not from " + number);
            }
        }
    }
}

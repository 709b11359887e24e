package io.freshet.trainer.labelling;

import io.freshet.protocol.labelling.ChunkLabels;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The labelling of one round's images by one teacher: which chunks are labelled, each once, whoever was first. Not thread
 * safe.
 */
final class LabellingJob {

    private static final Logger LOG = LoggerFactory.getLogger(LabellingJob.class);
    private static final double ROUNDING = 1e-2;

    private final String name;
    private final int images;
    private final int chunkImages;
    private final int classes;
    private final float[] probabilities;
    private final boolean[] labelled;
    private final Map<String, Integer> chunksBy = new TreeMap<>();
    private int open;

    LabellingJob(String name, int images, int chunkImages, int classes) {
        this.name = name;
        this.images = images;
        this.chunkImages = chunkImages;
        this.classes = classes;
        this.probabilities = new float[images * classes];
        this.labelled = new boolean[Math.ceilDiv(images, chunkImages)];
        this.open = labelled.length;
    }

    String name() {
        return name;
    }

    int chunks() {
        return labelled.length;
    }

    /** How many chunks nobody has labelled yet. */
    int open() {
        return open;
    }

    boolean isLabelled(int chunk) {
        return labelled[chunk];
    }

    /** The first image of a chunk. */
    int from(int chunk) {
        return chunk * chunkImages;
    }

    /** The image behind the last of a chunk. */
    int to(int chunk) {
        return Math.min(images, from(chunk) + chunkImages);
    }

    /**
     * Takes what a labeller says, unless the chunk is labelled already or it is no answer to this job.
     *
     * @return how many images it has labelled
     */
    int take(ChunkLabels labels) {
        int chunk = labels.number();
        if (!labels.job().equals(name) || chunk < 0 || chunk >= labelled.length || labelled[chunk]) {
            return 0;
        }
        float[] rows = new float[labels.probabilities().remaining()];
        labels.probabilities().duplicate().get(rows);
        if (labels.classes() != classes || labels.images() != to(chunk) - from(chunk) || !areDistributions(rows)) {
            LOG.warn("What {} said of chunk {} is no answer to it, and left out", labels.labeller(), chunk);
            return 0;
        }
        return put(chunk, rows, labels.labeller());
    }

    /** Takes what the trainer itself has said of a chunk that was open. */
    int put(int chunk, float[] rows, String by) {
        System.arraycopy(rows, 0, probabilities, from(chunk) * classes, rows.length);
        labelled[chunk] = true;
        open--;
        chunksBy.merge(by, 1, Integer::sum);
        return to(chunk) - from(chunk);
    }

    private boolean areDistributions(float[] rows) {
        for (int row = 0; row < rows.length; row += classes) {
            double sum = 0;
            for (int label = 0; label < classes; label++) {
                float probability = rows[row + label];
                if (!(probability >= 0)) {
                    return false;
                }
                sum += probability;
            }
            if (!(Math.abs(sum - 1) <= ROUNDING)) {
                return false;
            }
        }
        return true;
    }

    /** Who labelled how many chunks. */
    Map<String, Integer> chunksBy() {
        return chunksBy;
    }

    /** {@code [images, classes]}, row by row, once nothing is open. */
    float[] probabilities() {
        return probabilities;
    }
}

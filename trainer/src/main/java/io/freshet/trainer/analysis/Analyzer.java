package io.freshet.trainer.analysis;

import io.freshet.engine.Classifications;
import io.freshet.engine.Classifier;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.image.Fingerprint;
import io.freshet.protocol.image.PixelImage;
import io.freshet.trainer.data.ImagePool;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.evaluation.NearestNeighbours;
import io.freshet.trainer.learning.ClassBalance;
import io.freshet.trainer.learning.LabelPolicy;
import io.freshet.trainer.learning.PseudoLabels;
import io.freshet.trainer.learning.Teacher;
import io.freshet.trainer.model.TrainableModel;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Analyses images through a model. The order of the images is that of {@link Analysis#images}.
 *
 * <p>A model that has learned from a label repeats it, right or wrong. Labels are therefore judged by the image's
 * neighbours in the model's embedding, which lie in other folds and are no copies of it: the image's own label has no part
 * in what is said of it. The embedding itself has seen the labels of images to learn from, so a network that was trained
 * until it knew them by heart hides some errors; the anchor, which no model has learned from, has no such blind spot.
 */
public final class Analyzer {

    private static final int BATCH = 250;
    private static final int REPORT_EVERY = 1_000;

    /** Copies lie closer than this share of what lies between an ordinary image and the nearest one to learn from. */
    private static final double COPIES = .1;

    /** Sides of the pictures that are compared where the embedding may be blind. */
    private static final int PICTURE = 8;

    private final AnalysisConfig config;
    private final AnalysisProgress progress;

    public Analyzer(AnalysisConfig config, AnalysisProgress progress) {
        this.config = config;
        this.progress = progress;
    }

    /**
     * Analyses images.
     *
     * @param model is asked as it serves; then, to label the unlabeled images, its batch-norm statistics are moved to them
     *     if the configuration says so, so it must not be in service. Not owned
     * @throws IllegalArgumentException if the images are not of the shape or classes that the model takes
     */
    public Analysis analyze(TrainableModel model, LabeledSet labeled, UnlabeledImages unlabeled) {
        requireFit(model.classifier(), labeled, unlabeled);
        Material material = new Material(labeled, unlabeled);
        int classes = labeled.classes().size();
        Answers answers = ask(model.classifier(), material);
        PseudoLabels plain = label(model, unlabeled.images());
        PseudoLabels pseudoLabels = config.labels().apply(classes, plain.distributions());
        int[] groups = DuplicateGroups.find(
                material.ids(),
                fingerprints(material),
                answers.normalised(),
                copiesFrom(material, answers.normalised()));
        Surroundings surroundings = lookAround(material, answers.normalised(), pictures(material), groups, classes);
        double threshold = threshold(material, surroundings.distances());
        double pictureThreshold = threshold(material, surroundings.pictureDistances());
        List<ConfidentLearning.Opinion> opinions = ConfidentLearning.judge(
                Arrays.copyOf(surroundings.votes(), material.labeledCount()), material.labels(), classes);
        double[] weights = weights(pseudoLabels, classes);
        return new Analysis(
                config, labeled.classes(), labeled.shape(), material.size(), threshold, pictureThreshold, i -> {
                    boolean hasLabel = i < material.labeledCount();
                    int stranger = i - material.labeledCount();
                    float[] distribution = hasLabel ? answers.probabilities()[i] : row(pseudoLabels, stranger);
                    ConfidentLearning.Opinion opinion = hasLabel ? opinions.get(i) : NO_OPINION;
                    float distance = surroundings.distances()[i];
                    float pictureDistance = surroundings.pictureDistances()[i];
                    return new AnalysedImage(
                            material.id(i),
                            material.split(i),
                            labeled.shape(),
                            material.pixels(i),
                            hasLabel ? OptionalInt.of(material.labels()[i]) : OptionalInt.empty(),
                            distribution.clone(),
                            highest(hasLabel ? distribution : row(plain, stranger)),
                            hasLabel ? 1 : (float) weights[stranger],
                            answers.embeddings()[i].clone(),
                            surroundings.votes()[i].clone(),
                            groups[i] == DuplicateGroups.NONE ? OptionalInt.empty() : OptionalInt.of(groups[i]),
                            opinion.suspected() ? OptionalInt.of(opinion.suggested()) : OptionalInt.empty(),
                            opinion.margin(),
                            distance,
                            pictureDistance,
                            distance > threshold || pictureDistance > pictureThreshold);
                });
    }

    private static final ConfidentLearning.Opinion NO_OPINION = new ConfidentLearning.Opinion(false, -1, 0);

    private static void requireFit(Classifier classifier, LabeledSet labeled, UnlabeledImages unlabeled) {
        ImageShape takes = new ImageShape(classifier.height(), classifier.width(), classifier.channels());
        if (!takes.equals(labeled.shape())
                || unlabeled.images().imageSize() != takes.size()
                || classifier.classes() != labeled.classes().size()) {
            throw new IllegalArgumentException("The model takes " + takes + " images of " + classifier.classes()
                    + " classes, and there are " + labeled.shape() + " images of "
                    + labeled.classes().size());
        }
    }

    /** All images under one number each: to learn from, anchor, unlabeled. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Material(LabeledSet labeled, UnlabeledImages unlabeled, int[] labels) {

        Material(LabeledSet labeled, UnlabeledImages unlabeled) {
            this(labeled, unlabeled, labels(labeled));
        }

        private static int[] labels(LabeledSet labeled) {
            LabeledImages training = labeled.training();
            LabeledImages anchor = labeled.anchor();
            return IntStream.concat(
                            IntStream.range(0, training.size()).map(training::label),
                            IntStream.range(0, anchor.size()).map(anchor::label))
                    .toArray();
        }

        int trainingCount() {
            return labeled.training().size();
        }

        int labeledCount() {
            return labels.length;
        }

        int size() {
            return labels.length + unlabeled.ids().size();
        }

        List<ImageId> ids() {
            return IntStream.range(0, size()).mapToObj(this::id).toList();
        }

        Split split(int i) {
            return i < trainingCount() ? Split.TRAIN : i < labeledCount() ? Split.ANCHOR : Split.UNLABELED;
        }

        ImageId id(int i) {
            return switch (split(i)) {
                case TRAIN -> labeled.training().id(i);
                case ANCHOR -> labeled.anchor().id(i - trainingCount());
                case UNLABELED -> unlabeled.ids().get(i - labeledCount());
            };
        }

        byte[] pixels(int i) {
            return switch (split(i)) {
                case TRAIN -> labeled.training().images().get(i);
                case ANCHOR -> labeled.anchor().images().get(i - trainingCount());
                case UNLABELED -> unlabeled.images().get(i - labeledCount());
            };
        }
    }

    /** What the model says as it serves. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Answers(float[][] probabilities, float[][] embeddings, Embeddings normalised) {}

    private Answers ask(Classifier classifier, Material material) {
        int size = material.size();
        float[][] probabilities = new float[size][];
        float[][] embeddings = new float[size][];
        Embeddings normalised = new Embeddings(size, classifier.embeddingSize());
        ByteBuffer batch = ByteBuffer.allocateDirect(BATCH * classifier.imageSize());
        for (int from = 0; from < size; from += BATCH) {
            int count = Math.min(BATCH, size - from);
            batch.clear();
            for (int i = 0; i < count; i++) {
                batch.put(material.pixels(from + i));
            }
            Classifications said = classifier.classify(batch.flip(), count);
            for (int i = 0; i < count; i++) {
                probabilities[from + i] = said.probabilities(i);
                embeddings[from + i] = said.embedding(i);
                normalised.set(from + i, embeddings[from + i]);
            }
            progress.reached("asking the model", from + count, size);
        }
        return new Answers(probabilities, embeddings, normalised);
    }

    /** As a round's teacher does, but not sharpened. */
    private PseudoLabels label(TrainableModel model, ImagePool images) {
        Teacher teacher = new Teacher(model);
        if (config.adapt()) {
            teacher.adapt(images, config.seed());
        }
        return teacher.label(images, new LabelPolicy(1, config.labels().minConfidence(), 0));
    }

    private List<Fingerprint.Located> fingerprints(Material material) {
        ImageShape shape = material.labeled().shape();
        return IntStream.range(0, material.size())
                .parallel()
                .mapToObj(i -> Fingerprint.locate(picture(material.pixels(i), shape)))
                .toList();
    }

    static PixelImage picture(byte[] pixels, ImageShape shape) {
        return shape.channels() == 1
                ? PixelImage.ofGray(shape.width(), shape.height(), pixels)
                : new PixelImage(shape.width(), shape.height(), pixels);
    }

    /**
     * The cosine from which on two embeddings may be of copies. Of coloured images the fingerprint alone decides: it is
     * right about photographs, also cropped ones, whose embeddings may be further apart.
     */
    private static float copiesFrom(Material material, Embeddings embeddings) {
        if (material.labeled().shape().channels() == 3) {
            return -1;
        }
        float[] nearest = new float[material.labeledCount() - material.trainingCount()];
        IntStream.range(0, nearest.length).parallel().forEach(i -> {
            float highest = -1;
            for (int other = 0; other < material.trainingCount(); other++) {
                highest = Math.max(highest, embeddings.similarity(material.trainingCount() + i, other));
            }
            nearest[i] = highest;
        });
        Arrays.sort(nearest);
        return (float) (1 - COPIES * (1 - nearest[nearest.length / 2]));
    }

    /** Small gray pictures as vectors, without their brightness and contrast. */
    private static Embeddings pictures(Material material) {
        Embeddings pictures = new Embeddings(material.size(), PICTURE * PICTURE);
        IntStream.range(0, material.size()).parallel().forEach(i -> {
            byte[] small =
                    picture(material.pixels(i), material.labeled().shape()).toModelInput(PICTURE, PICTURE, 1);
            float[] values = new float[small.length];
            float mean = 0;
            for (int j = 0; j < small.length; j++) {
                values[j] = small[j] & 0xff;
                mean += values[j] / small.length;
            }
            for (int j = 0; j < small.length; j++) {
                values[j] -= mean;
            }
            pictures.set(i, values);
        });
        return pictures;
    }

    /** Of each image, what its nearest labeled images say, and how far the last of them is, by embedding and by picture. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Surroundings(float[][] votes, float[] distances, float[] pictureDistances) {}

    private Surroundings lookAround(
            Material material, Embeddings embeddings, Embeddings pictures, int[] groups, int classes) {
        int[] references = references(material);
        float[][] votes = new float[material.size()][];
        float[] distances = new float[material.size()];
        float[] pictureDistances = new float[material.size()];
        AtomicInteger done = new AtomicInteger();
        IntStream.range(0, material.size()).parallel().forEach(i -> {
            NearestNeighbours neighbours = new NearestNeighbours(config.neighbours());
            NearestNeighbours alike = new NearestNeighbours(config.neighbours());
            for (int reference : references) {
                if (mayJudge(reference, i, material, groups)) {
                    neighbours.offer(reference, embeddings.similarity(i, reference));
                    alike.offer(reference, pictures.similarity(i, reference));
                }
            }
            votes[i] = neighbours.vote(material.labels(), classes);
            distances[i] = neighbours.distance();
            pictureDistances[i] = alike.distance();
            int soFar = done.incrementAndGet();
            if (soFar % REPORT_EVERY == 0 || soFar == material.size()) {
                progress.reached("comparing with labeled images", soFar, material.size());
            }
        });
        return new Surroundings(votes, distances, pictureDistances);
    }

    private boolean mayJudge(int reference, int image, Material material, int[] groups) {
        return switch (material.split(image)) {
            case TRAIN -> fold(reference, groups) != fold(image, groups);
            case ANCHOR -> groups[image] == DuplicateGroups.NONE || groups[image] != groups[reference];
            case UNLABELED -> true;
        };
    }

    /** Those to learn from, spread evenly where there are more than are looked at. */
    private int[] references(Material material) {
        int all = material.trainingCount();
        int count = Math.min(all, config.references());
        return IntStream.range(0, count)
                .map(i -> (int) ((long) i * all / count))
                .toArray();
    }

    /** Copies fall into one fold, or one would vouch for the other's wrong label. */
    private int fold(int image, int[] groups) {
        return Math.floorMod(groups[image] == DuplicateGroups.NONE ? image : groups[image], config.folds());
    }

    /** What is not of the known world is beyond one of two thresholds, so each may be wrong half as often. */
    private double threshold(Material material, float[] distances) {
        float[] heldOut = Arrays.copyOfRange(distances, material.trainingCount(), material.labeledCount());
        Arrays.sort(heldOut);
        int place = (int) Math.ceil((1 + config.inDistribution()) / 2 * heldOut.length) - 1;
        return heldOut[Math.clamp(place, 0, heldOut.length - 1)];
    }

    private double[] weights(PseudoLabels labels, int classes) {
        double[] weights = new double[labels.count()];
        ClassBalance balance = new ClassBalance(labels, config.labels().balance());
        double[] ofClass =
                IntStream.range(0, classes).mapToDouble(balance::weight).toArray();
        for (int place = 0; place < labels.keptCount(); place++) {
            int image = labels.keptImage(place);
            weights[image] = ofClass[labels.label(image)];
        }
        return weights;
    }

    private static float[] row(PseudoLabels labels, int image) {
        float[] row = new float[labels.classes()];
        for (int label = 0; label < row.length; label++) {
            row[label] = labels.probability(image, label);
        }
        return row;
    }

    private static float highest(float[] values) {
        float highest = values[0];
        for (float value : values) {
            highest = Math.max(highest, value);
        }
        return highest;
    }
}

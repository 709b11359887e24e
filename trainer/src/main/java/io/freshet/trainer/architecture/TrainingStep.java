package io.freshet.trainer.architecture;

import io.freshet.trainer.architecture.Layers.Mode;
import io.freshet.trainer.architecture.Variables.Variable;
import io.freshet.trainer.architecture.Variables.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.index.Index;
import org.tensorflow.ndarray.index.Indices;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.op.train.ResourceApplyKerasMomentum;
import org.tensorflow.types.TFloat32;

/** A step of training in the graph: what the network loses on a batch, and what that changes. */
final class TrainingStep {

    static final String HEAD = "head";

    private static final float BATCH_NORM_RATE = .05f;

    private final TrainableModelSpec spec;
    private final Ops tf;
    private final Variables variables;
    private final Operand<TFloat32> magnitude;
    private final Mode.Train noise;

    /**
     * The network, and as many times as it has replicas: each noises and learns from its part of the batch.
     *
     * @param loss what the part adds to the loss of the batch
     * @param gradients of the loss, to the weights as {@code layers} has read them
     */
    record Replica(Layers layers, Operand<TFloat32> loss, Gradients gradients) {

        static Replica of(Ops tf, Layers layers, Operand<TFloat32> loss) {
            return new Replica(layers, loss, tf.gradients(loss, layers.reads().values()));
        }
    }

    /** Scalars of the optimizer. */
    record Rates(Operand<TFloat32> learningRate, Operand<TFloat32> weightDecay, Operand<TFloat32> averageDecay) {}

    /** @param magnitude of the augmentation, a scalar */
    TrainingStep(TrainableModelSpec spec, Ops tf, Variables variables, Operand<TFloat32> magnitude, Mode.Train noise) {
        this.spec = spec;
        this.tf = tf;
        this.variables = variables;
        this.magnitude = magnitude;
        this.noise = noise;
    }

    /**
     * Learning from labels, by each replica.
     *
     * @param images {@code [batch, height, width, channels] float32} in 0 to 1
     * @param labels {@code [batch, classes] float32}, each row a distribution
     * @param weights {@code [batch] float32}
     */
    List<Replica> supervised(Operand<TFloat32> images, Operand<TFloat32> labels, Operand<TFloat32> weights) {
        Operand<TFloat32> total = tf.math.maximum(tf.sum(weights, tf.constant(0)), tf.constant(1e-6f));
        if (spec.replicas() == 1) {
            return List.of(supervised(tf, images, labels, weights, total));
        }
        List<Replica> replicas = new ArrayList<>();
        for (int i = 0; i < spec.replicas(); i++) {
            // Each takes one image in so many, for a batch may have labeled images first and others behind them.
            Index part = Indices.sliceFrom(i, spec.replicas());
            Ops own = tf.withSubScope(Placement.scope(i));
            replicas.add(supervised(
                    own,
                    own.stridedSlice(images, part),
                    own.stridedSlice(labels, part),
                    own.stridedSlice(weights, part),
                    total));
        }
        return replicas;
    }

    private Replica supervised(
            Ops own,
            Operand<TFloat32> images,
            Operand<TFloat32> labels,
            Operand<TFloat32> weights,
            Operand<TFloat32> totalWeight) {
        Layers layers = new Layers(own, variables, noise);
        Operand<TFloat32> noised = new RandAugment(own, spec.height(), spec.width(), spec.channels(), spec.mirror())
                .apply(images, magnitude, noise.random());
        Operand<TFloat32> embedding = spec.architecture().embed(layers, Pixels.centred(own, noised));
        Operand<TFloat32> logits = layers.dense(HEAD, layers.dropout(embedding), spec.classes());
        Operand<TFloat32> perImage =
                own.nn.softmaxCrossEntropyWithLogits(logits, labels).loss();
        Operand<TFloat32> loss = own.math.div(own.sum(own.math.mul(perImage, weights), own.constant(0)), totalWeight);
        return Replica.of(own, layers, loss);
    }

    /** Learning without labels, by one replica: each view is compared with those of the whole batch. */
    Replica selfSupervised(SelfSupervision method, Operand<TFloat32> images) {
        Layers layers = new Layers(tf, variables, noise);
        ViewAugmentation augmentation =
                new ViewAugmentation(tf, spec.height(), spec.width(), spec.channels(), spec.mirror());
        RandomStreams random = noise.random();
        List<Operand<TFloat32>> views =
                List.of(augmentation.apply(images, magnitude, random), augmentation.apply(images, magnitude, random));
        // All views in one batch, so that batch norm cannot tell first views from second ones.
        Operand<TFloat32> embedding =
                spec.architecture().embed(layers, Pixels.centred(tf, tf.concat(views, tf.constant(0))));
        List<Output<TFloat32>> halves = tf.split(tf.constant(0), method.project(layers, embedding), (long) views.size())
                .output();
        return Replica.of(tf, layers, method.loss(tf, halves.getFirst(), halves.getLast()));
    }

    /** What the batch loses before the step. */
    Operand<TFloat32> loss(List<Replica> replicas) {
        return sum(replicas.stream().map(Replica::loss).toList());
    }

    /** All that the step changes. */
    List<Op> updates(List<Replica> replicas, Rates rates) {
        List<Op> updates = new ArrayList<>(moveStatistics(replicas));
        updates.addAll(momentumStep(replicas, rates));
        return updates;
    }

    private Operand<TFloat32> sum(List<Operand<TFloat32>> parts) {
        return parts.size() == 1 ? parts.getFirst() : tf.math.addN(parts);
    }

    /** Moves the statistics that predictions use to the mean of those that the replicas' parts of the batch have. */
    private List<Op> moveStatistics(List<Replica> replicas) {
        List<Op> updates = new ArrayList<>();
        for (Variable statistic : replicas.getFirst().layers().statistics().keySet()) {
            List<Operand<TFloat32>> parts = replicas.stream()
                    .map(replica -> replica.layers().statistics().get(statistic))
                    .toList();
            Operand<TFloat32> mean = parts.size() == 1
                    ? parts.getFirst()
                    : tf.math.div(tf.math.addN(parts), tf.constant((float) parts.size()));
            updates.add(variables.moveTowards(statistic, mean, tf.constant(BATCH_NORM_RATE)));
        }
        return updates;
    }

    /** Gradient descent with Nesterov's momentum, weight decay, and a moving average of the weights. */
    private List<Op> momentumStep(List<Replica> replicas, Rates rates) {
        List<Op> updates = new ArrayList<>();
        int i = 0;
        for (Map.Entry<Weight, Operand<TFloat32>> read :
                replicas.getFirst().layers().reads().entrySet()) {
            Weight weight = read.getKey();
            int place = i++;
            Operand<TFloat32> gradient = sum(replicas.stream()
                    .<Operand<TFloat32>>map(replica -> replica.gradients().dy(place))
                    .toList());
            if (weight.decayed()) {
                gradient = tf.math.add(gradient, tf.math.mul(read.getValue(), rates.weightDecay()));
            }
            Op step = tf.train.resourceApplyKerasMomentum(
                    weight.value().handle(),
                    weight.momentum().handle(),
                    rates.learningRate(),
                    gradient,
                    tf.constant(.9f),
                    ResourceApplyKerasMomentum.useNesterov(true));
            Ops after = tf.withControlDependencies(step);
            Operand<TFloat32> difference =
                    after.math.sub(variables.read(after, weight.average()), variables.read(after, weight.value()));
            Operand<TFloat32> rate = tf.math.sub(tf.constant(1f), rates.averageDecay());
            updates.add(after.assignSubVariableOp(weight.average().handle(), tf.math.mul(difference, rate)));
        }
        return updates;
    }
}

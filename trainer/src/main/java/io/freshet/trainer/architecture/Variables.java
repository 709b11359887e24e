package io.freshet.trainer.architecture;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * The variables of a graph under construction: trained weights, each with the moving average that predictions use and
 * the optimizer's momentum, and statistics that are updated but not trained. Not thread safe.
 */
final class Variables {

    /** How {@code initialize} fills a variable. */
    sealed interface Initializer {
        record Constant(float value) implements Initializer {}

        /** A normal distribution with that standard deviation. */
        record Normal(double deviation) implements Initializer {}
    }

    /** A float variable of the graph. */
    record Variable(String name, Shape shape, Operand<?> handle, Initializer initializer) {}

    /**
     * A weight that gradients reach.
     *
     * @param average moving average of {@code value} over the steps
     * @param momentum the optimizer's
     * @param decayed whether weight decay applies: to kernels, not to biases and normalisation
     */
    record Weight(Variable value, Variable average, Variable momentum, boolean decayed) {}

    private final Ops tf;
    private final Map<String, Weight> weights = new LinkedHashMap<>();
    private final Map<String, Variable> statistics = new LinkedHashMap<>();

    Variables(Ops tf) {
        this.tf = tf;
    }

    /** The weight of that name, made if the graph has none yet. */
    Weight weight(String name, Shape shape, Initializer initializer, boolean decayed) {
        return weights.computeIfAbsent(
                name,
                n -> new Weight(
                        variable(n, shape, initializer),
                        variable(n + "/average", shape, initializer),
                        variable(n + "/momentum", shape, new Initializer.Constant(0)),
                        decayed));
    }

    /** The statistic of that name, made if the graph has none yet. */
    Variable statistic(String name, Shape shape, float initial) {
        return statistics.computeIfAbsent(name, n -> variable(n, shape, new Initializer.Constant(initial)));
    }

    Collection<Weight> weights() {
        return weights.values();
    }

    /** All variables, in the order in which they were made. */
    List<Variable> all() {
        List<Variable> all = new ArrayList<>();
        for (Weight weight : weights.values()) {
            all.add(weight.value());
            all.add(weight.average());
            all.add(weight.momentum());
        }
        all.addAll(statistics.values());
        return all;
    }

    /** All weights but those of the layer of that name, with their averages and without momentum, and all statistics. */
    List<Variable> allBut(String layer) {
        List<Variable> chosen = new ArrayList<>();
        for (Weight weight : weights.values()) {
            if (!weight.value().name().startsWith(layer + "/")) {
                chosen.add(weight.value());
                chosen.add(weight.average());
            }
        }
        chosen.addAll(statistics.values());
        return chosen;
    }

    /** Where variables are, and not where a replica is that reads them. */
    Operand<TFloat32> read(Variable variable) {
        return read(tf, variable);
    }

    Operand<TFloat32> read(Ops at, Variable variable) {
        return at.readVariableOp(variable.handle(), TFloat32.class);
    }

    /** An operation that moves a statistic towards a value: by a rate of 1 to it, by 0 not at all. */
    Op moveTowards(Variable statistic, Operand<TFloat32> value, Operand<TFloat32> rate) {
        Operand<TFloat32> difference = tf.math.sub(read(statistic), value);
        return tf.assignSubVariableOp(statistic.handle(), tf.math.mul(difference, rate));
    }

    /**
     * Operations that draw all variables anew. A weight and its average begin equal.
     *
     * @param seed {@code [2] int64}
     */
    List<Op> initializers(Operand<TInt64> seed) {
        List<Op> assignments = new ArrayList<>();
        long stream = 0;
        for (Weight weight : weights.values()) {
            Operand<TFloat32> initial = initialValue(weight.value(), seed, stream++);
            assignments.add(tf.assignVariableOp(weight.value().handle(), initial));
            assignments.add(tf.assignVariableOp(weight.average().handle(), initial));
            assignments.add(
                    tf.assignVariableOp(weight.momentum().handle(), initialValue(weight.momentum(), seed, stream++)));
        }
        for (Variable statistic : statistics.values()) {
            assignments.add(tf.assignVariableOp(statistic.handle(), initialValue(statistic, seed, stream++)));
        }
        return assignments;
    }

    private Operand<TFloat32> initialValue(Variable variable, Operand<TInt64> seed, long stream) {
        return switch (variable.initializer()) {
            case Initializer.Constant constant -> tf.fill(tf.constant(variable.shape()), tf.constant(constant.value()));
            case Initializer.Normal normal -> {
                Operand<TInt64> own = RandomStreams.split(tf, seed, stream);
                yield tf.math.mul(
                        tf.random.statelessRandomNormal(tf.constant(variable.shape()), own, TFloat32.class),
                        tf.constant((float) normal.deviation()));
            }
        };
    }

    /** The weight of that name, if the graph has it. */
    Optional<Weight> find(String name) {
        return Optional.ofNullable(weights.get(name));
    }

    private Variable variable(String name, Shape shape, Initializer initializer) {
        Operand<?> handle =
                tf.withName(name.replace('/', '_')).varHandleOp(TFloat32.class, shape, VarHandleOp.sharedName(name));
        return new Variable(name, shape, handle, initializer);
    }
}

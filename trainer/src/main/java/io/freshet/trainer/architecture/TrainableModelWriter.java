package io.freshet.trainer.architecture;

import io.freshet.engine.NativeTensorFlow;
import io.freshet.trainer.architecture.Layers.Mode;
import io.freshet.trainer.architecture.TrainingStep.Replica;
import io.freshet.trainer.architecture.Variables.Variable;
import io.freshet.trainer.model.Signatures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.SessionFunction;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;

/**
 * Writes an architecture to disk as a trainable SavedModel with the signatures of {@link Signatures}. After that, the
 * graph is never touched again: it is stepped by its signatures only, as one exported from Keras would be.
 */
public final class TrainableModelWriter {

    private static final String FUNCTION_PREDICT = "tensorflow/serving/predict";

    private final TrainableModelSpec spec;
    private final Ops tf;
    private final Variables variables;
    private final List<Signature> signatures = new ArrayList<>();

    private TrainableModelWriter(TrainableModelSpec spec, Graph graph) {
        this.spec = spec;
        this.tf = Ops.create(graph);
        this.variables = new Variables(tf);
    }

    /**
     * Writes the SavedModel, its weights drawn from the seed.
     *
     * @param folder is made if it is missing; what it holds of a SavedModel is replaced
     * @throws IOException if it cannot be written
     */
    public static void write(TrainableModelSpec spec, long seed, Path folder) throws IOException {
        write(spec, Optional.empty(), seed, folder);
    }

    /**
     * The same, with a {@code train} signature that looks at no label: it steps the network below the head, and a
     * projector that no trainable model has, by a self-supervised loss. With one seed the network below the head begins
     * from the same weights as that of {@link #write}, and {@code restore_backbone} of a model that {@link #write} wrote
     * takes it over.
     *
     * @throws IOException if it cannot be written
     */
    public static void writePretraining(TrainableModelSpec spec, SelfSupervision method, long seed, Path folder)
            throws IOException {
        write(spec, Optional.of(method), seed, folder);
    }

    private static void write(TrainableModelSpec spec, Optional<SelfSupervision> method, long seed, Path folder)
            throws IOException {
        NativeTensorFlow.ensureLoaded();
        try (Graph graph = new Graph()) {
            TrainableModelWriter writer = new TrainableModelWriter(spec, graph);
            // Training comes first: it makes the weights that the other ways share.
            writer.addTrain(method);
            writer.addPredict();
            writer.addAdapt();
            writer.addTeach();
            writer.addInitialize();
            writer.addSaveAndRestore();
            if (method.isEmpty()) {
                writer.addRestoreBackbone();
            }
            try (Session session = new Session(graph)) {
                writer.initialize(session, seed);
                writer.export(session, folder);
            }
        }
    }

    private void addTrain(Optional<SelfSupervision> method) {
        Placeholder<TUint8> images = images(Signatures.TRAIN);
        Placeholder<TFloat32> labels = input(Signatures.TRAIN, Signatures.LABELS, TFloat32.class, -1, spec.classes());
        Placeholder<TFloat32> weights = input(Signatures.TRAIN, Signatures.WEIGHTS, TFloat32.class, -1);
        Placeholder<TFloat32> learningRate = scalar(Signatures.TRAIN, Signatures.LEARNING_RATE);
        Placeholder<TFloat32> weightDecay = scalar(Signatures.TRAIN, Signatures.WEIGHT_DECAY);
        Placeholder<TFloat32> averageDecay = scalar(Signatures.TRAIN, Signatures.AVERAGE_DECAY);
        Placeholder<TFloat32> magnitude = scalar(Signatures.TRAIN, Signatures.MAGNITUDE);
        Placeholder<TFloat32> dropout = scalar(Signatures.TRAIN, Signatures.DROPOUT);
        Placeholder<TFloat32> depth = scalar(Signatures.TRAIN, Signatures.STOCHASTIC_DEPTH);
        Placeholder<TInt64> seed = input(Signatures.TRAIN, Signatures.SEED, TInt64.class, 2);

        TrainingStep step = new TrainingStep(
                spec, tf, variables, magnitude, new Mode.Train(dropout, depth, new RandomStreams(seed)));
        Operand<TFloat32> pixels = Pixels.unit(tf, images);
        List<Replica> replicas = method.isPresent()
                ? List.of(step.selfSupervised(method.get(), pixels))
                : step.supervised(pixels, labels, weights);
        List<Op> updates = step.updates(replicas, new TrainingStep.Rates(learningRate, weightDecay, averageDecay));
        updates.addAll(List.of(labels, weights, dropout)); // a step is fed them, though it may not look at them
        Operand<TFloat32> done = tf.withControlDependencies(updates).identity(step.loss(replicas));
        signatures.add(Signature.builder()
                .key(Signatures.TRAIN)
                .input(Signatures.IMAGES, images)
                .input(Signatures.LABELS, labels)
                .input(Signatures.WEIGHTS, weights)
                .input(Signatures.LEARNING_RATE, learningRate)
                .input(Signatures.WEIGHT_DECAY, weightDecay)
                .input(Signatures.AVERAGE_DECAY, averageDecay)
                .input(Signatures.MAGNITUDE, magnitude)
                .input(Signatures.DROPOUT, dropout)
                .input(Signatures.STOCHASTIC_DEPTH, depth)
                .input(Signatures.SEED, seed)
                .output(Signatures.LOSS, done)
                .methodName(FUNCTION_PREDICT)
                .build());
    }

    private void addPredict() {
        Placeholder<TUint8> images = images(Signatures.PREDICT);
        Layers layers = new Layers(tf, variables, new Mode.Predict());
        Operand<TFloat32> embedding = spec.architecture().embed(layers, Pixels.centred(tf, Pixels.unit(tf, images)));
        Operand<TFloat32> logits = layers.dense(TrainingStep.HEAD, layers.dropout(embedding), spec.classes());
        signatures.add(Signature.builder()
                .key(Signatures.PREDICT)
                .input(Signatures.IMAGES, images)
                .output(Signatures.PROBABILITIES, tf.nn.softmax(logits))
                .output(Signatures.EMBEDDING, embedding)
                .methodName(FUNCTION_PREDICT)
                .build());
    }

    private void addAdapt() {
        Placeholder<TUint8> images = images(Signatures.ADAPT);
        Placeholder<TFloat32> rate = scalar(Signatures.ADAPT, Signatures.RATE);
        Layers layers = new Layers(tf, variables, new Mode.Adapt());
        spec.architecture().embed(layers, Pixels.centred(tf, Pixels.unit(tf, images)));
        List<Op> updates = new ArrayList<>();
        layers.statistics().forEach((statistic, batch) -> updates.add(variables.moveTowards(statistic, batch, rate)));
        signatures.add(Signature.builder()
                .key(Signatures.ADAPT)
                .input(Signatures.IMAGES, images)
                .input(Signatures.RATE, rate)
                .output(Signatures.RATE, tf.withControlDependencies(updates).identity(rate))
                .methodName(FUNCTION_PREDICT)
                .build());
    }

    private void addTeach() {
        Placeholder<TUint8> images = images(Signatures.TEACH);
        Layers layers = new Layers(tf, variables, new Mode.Teach());
        Operand<TFloat32> embedding = spec.architecture().embed(layers, Pixels.centred(tf, Pixels.unit(tf, images)));
        signatures.add(Signature.builder()
                .key(Signatures.TEACH)
                .input(Signatures.IMAGES, images)
                .output(
                        Signatures.PROBABILITIES,
                        tf.nn.softmax(layers.dense(TrainingStep.HEAD, embedding, spec.classes())))
                .methodName(FUNCTION_PREDICT)
                .build());
    }

    private void addInitialize() {
        Placeholder<TInt64> seed = input(Signatures.INITIALIZE, Signatures.SEED, TInt64.class, 2);
        Operand<TInt64> done =
                tf.withControlDependencies(variables.initializers(seed)).identity(seed);
        signatures.add(Signature.builder()
                .key(Signatures.INITIALIZE)
                .input(Signatures.SEED, seed)
                .output(Signatures.SEED, done)
                .methodName(FUNCTION_PREDICT)
                .build());
    }

    private void addSaveAndRestore() {
        // TensorFlow Java finds a graph's saver by these names, and else makes one that knows no resource variables.
        Ops saver = tf.withSubScope("save");
        Placeholder<TString> file =
                saver.withName("filename").placeholder(TString.class, Placeholder.shape(Shape.scalar()));
        List<Variable> all = variables.all();
        Operand<TString> names =
                tf.constant(StdArrays.ndCopyOf(all.stream().map(Variable::name).toArray(String[]::new)));
        Operand<TString> slices = tf.zerosLike(names);
        List<Operand<?>> values = new ArrayList<>();
        for (Variable variable : all) {
            values.add(variables.read(variable));
        }
        Op save = tf.train.save(file, names, slices, values);
        Operand<TString> saved = saver.withControlDependencies(save)
                .withName("control_dependency")
                .identity(file);

        List<Op> assignments = restore(file, all);
        saver.withControlDependencies(assignments).withName("restore_all").noOp();
        Operand<TString> restored = tf.withControlDependencies(assignments).identity(file);

        signatures.add(fileSignature(Signatures.SAVE, file, saved));
        signatures.add(fileSignature(Signatures.RESTORE, file, restored));
    }

    /** The weights below the head and their statistics, as they were saved; the optimizer begins anew. */
    private void addRestoreBackbone() {
        Placeholder<TString> file = input(Signatures.RESTORE_BACKBONE, Signatures.FILE, TString.class);
        List<Op> assignments = restore(file, variables.allBut(TrainingStep.HEAD));
        Operand<TString> restored = tf.withControlDependencies(assignments).identity(file);
        signatures.add(fileSignature(Signatures.RESTORE_BACKBONE, file, restored));
    }

    /** Operations that read variables from a checkpoint, by their names. */
    private List<Op> restore(Operand<TString> file, List<Variable> chosen) {
        Operand<TString> names = names(chosen);
        List<Class<? extends TType>> types = new ArrayList<>();
        chosen.forEach(variable -> types.add(TFloat32.class));
        List<Output<?>> tensors =
                tf.train.restore(file, names, tf.zerosLike(names), types).tensors();
        List<Op> assignments = new ArrayList<>();
        for (int i = 0; i < chosen.size(); i++) {
            // A variable would take any shape, and be another network's.
            Operand<?> value = tf.ensureShape(tensors.get(i), chosen.get(i).shape());
            assignments.add(tf.assignVariableOp(chosen.get(i).handle(), value));
        }
        return assignments;
    }

    private Operand<TString> names(List<Variable> chosen) {
        return tf.constant(
                StdArrays.ndCopyOf(chosen.stream().map(Variable::name).toArray(String[]::new)));
    }

    private static Signature fileSignature(String key, Operand<TString> file, Operand<TString> done) {
        return Signature.builder()
                .key(key)
                .input(Signatures.FILE, file)
                .output(Signatures.FILE, done)
                .methodName(FUNCTION_PREDICT)
                .build();
    }

    private void initialize(Session session, long seed) {
        SessionFunction initialize = session.function(signature(Signatures.INITIALIZE));
        try (TInt64 value = TInt64.vectorOf(seed, 0)) {
            initialize.call(value).close();
        }
    }

    private void export(Session session, Path folder) throws IOException {
        SavedModelBundle.Exporter exporter = SavedModelBundle.exporter(folder.toString());
        for (Signature signature : signatures) {
            exporter.withFunction(session.function(signature));
        }
        exporter.export();
        Placement.apply(folder, spec.replicas());
    }

    private Signature signature(String key) {
        return signatures.stream().filter(s -> s.key().equals(key)).findFirst().orElseThrow();
    }

    private Placeholder<TUint8> images(String signature) {
        return input(signature, Signatures.IMAGES, TUint8.class, -1, spec.height(), spec.width(), spec.channels());
    }

    private Placeholder<TFloat32> scalar(String signature, String name) {
        return input(signature, name, TFloat32.class);
    }

    private <T extends TType> Placeholder<T> input(String signature, String name, Class<T> type, long... shape) {
        return tf.withName(signature + "_" + name).placeholder(type, Placeholder.shape(Shape.of(shape)));
    }
}

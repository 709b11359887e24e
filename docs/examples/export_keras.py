#!/usr/bin/env python3
"""Writes a small Keras network as a trainable model for Freshet: a SavedModel with the signatures of
docs/trainable-model.md.

    pip install tensorflow
    python export_keras.py --height 28 --width 28 --channels 1 --classes 10 my-model
    freshet round --here -D trainer.rounds.initialModel=my-model ...

To bring another network, change network(): three inputs (images as floats, what of each block is kept, what of the
embedding is kept) and two outputs (embedding, logits). The rest need not know it. Run with TensorFlow 2.21 and Keras 3.15;
Freshet runs the result with TensorFlow 2.18.
"""

import argparse
import pathlib
import shutil
import tempfile

import keras
import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

WIDTHS = (16, 32, 64)
MOMENTUM = 0.9
STATISTICS_DECAY = 0.9
OBJECT_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH"


def network(height, width, channels, classes):
    """Residual blocks with batch norm. All noise comes in as inputs, so that the step's seed decides it."""
    images = keras.Input((height, width, channels))
    keep_blocks = keras.Input((len(WIDTHS),))
    keep_embedding = keras.Input((WIDTHS[-1],))
    x = keras.layers.Conv2D(WIDTHS[0], 3, padding="same", use_bias=False)(images)
    for i, filters in enumerate(WIDTHS):
        strides = 1 if i == 0 else 2
        # Without momentum a layer's new statistics are the batch's own; the model below says what becomes of them.
        y = keras.layers.ReLU()(keras.layers.BatchNormalization(momentum=0.0)(x))
        y = keras.layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False)(y)
        y = keras.layers.ReLU()(keras.layers.BatchNormalization(momentum=0.0)(y))
        y = keras.layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)
        kept = keras.layers.Reshape((1, 1, 1))(keep_blocks[:, i : i + 1])
        shortcut = keras.layers.Conv2D(filters, 1, strides=strides, use_bias=False)(x)
        x = shortcut + y * kept
    x = keras.layers.ReLU()(keras.layers.BatchNormalization(momentum=0.0)(x))
    embedding = keras.layers.GlobalAveragePooling2D()(x)
    logits = keras.layers.Dense(classes, name="head")(embedding * keep_embedding)
    return keras.Model([images, keep_blocks, keep_embedding], [embedding, logits])


class Trainable(tf.Module):
    """A network's weights, their moving averages and momenta, and its batch-norm statistics, in variables of its own."""

    def __init__(self, model):
        super().__init__()
        weights = [v.numpy() for v in model.trainable_variables]
        self.weights = [tf.Variable(w) for w in weights]
        self.averages = [tf.Variable(w) for w in weights]
        self.momenta = [tf.Variable(np.zeros_like(w)) for w in weights]
        self.statistics = [tf.Variable(v.numpy()) for v in model.non_trainable_variables]


def checkpoint_name(attribute, place):
    """Under this name tf.saved_model.save puts a variable into the checkpoint, and whoever loads looks for it there."""
    return f"{attribute}/{place}/.ATTRIBUTES/VARIABLE_VALUE"


def signatures(state, model, height, width, channels, classes, object_graph):
    """The functions, by the names that Freshet calls."""
    kinds = [v.path.split("/")[-1] for v in model.trainable_variables]
    variables = {
        checkpoint_name(attribute, i): variable
        for attribute in ("weights", "averages", "momenta", "statistics")
        for i, variable in enumerate(getattr(state, attribute))
    }
    names = list(variables)

    def floats(images):
        return tf.cast(images, tf.float32) / 127.5 - 1.0

    def run(weights, x, keep_blocks=None, keep_embedding=None, training=False):
        """(embedding, logits, the statistics after it)."""
        batch = tf.shape(x)[0]
        if keep_blocks is None:
            keep_blocks = tf.ones([batch, len(WIDTHS)])
        if keep_embedding is None:
            keep_embedding = tf.ones([batch, WIDTHS[-1]])
        (embedding, logits), statistics = model.stateless_call(
            weights, state.statistics, [x, keep_blocks, keep_embedding], training=training
        )
        return embedding, logits, statistics

    def uniform(seed, role, shape, low=-1.0, high=1.0):
        # One stream for each role; Philox everywhere, so that a machine does not choose.
        folded = tf.random.experimental.stateless_fold_in(seed, role, alg="philox")
        return tf.random.stateless_uniform(shape, folded, low, high, alg="philox")

    def noised(x, magnitude, seed):
        """Mirrored, turned, moved, stretched, brighter or darker: as far as the magnitude says."""
        batch = tf.shape(x)[0]
        angle = uniform(seed, 1, [batch]) * magnitude * 0.5
        stretch = 1.0 + uniform(seed, 2, [batch]) * magnitude * 0.3
        mirror = tf.where(uniform(seed, 3, [batch]) < 0, -1.0, 1.0)
        middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
        a, b = tf.cos(angle) * stretch * mirror, -tf.sin(angle) * stretch
        c, d = tf.sin(angle) * stretch * mirror, tf.cos(angle) * stretch
        move_x = uniform(seed, 4, [batch]) * magnitude * 0.3 * width + middle_x - a * middle_x - b * middle_y
        move_y = uniform(seed, 5, [batch]) * magnitude * 0.3 * height + middle_y - c * middle_x - d * middle_y
        zero = tf.zeros([batch])
        moved = tf.raw_ops.ImageProjectiveTransformV3(
            images=x,
            transforms=tf.stack([a, b, move_x, c, d, move_y, zero, zero], axis=1),
            output_shape=tf.constant([height, width]),
            fill_value=-1.0,
            interpolation="BILINEAR",
            fill_mode="CONSTANT",
        )
        contrast = 1.0 + uniform(seed, 6, [batch, 1, 1, 1]) * magnitude * 0.6
        brightness = uniform(seed, 7, [batch, 1, 1, 1]) * magnitude * 0.4
        return tf.clip_by_value(moved * contrast + brightness, -1.0, 1.0)

    def kept(seed, role, shape, rate):
        """1 / (1 - rate) where something is kept, else 0."""
        return tf.cast(uniform(seed, role, shape, 0.0) >= rate, tf.float32) / (1.0 - rate)

    def spec(name, shape=(), dtype=tf.float32):
        return tf.TensorSpec(shape, dtype, name)

    images_spec = spec("images", (None, height, width, channels), tf.uint8)
    seed_spec = spec("seed", (2,), tf.int64)
    file_spec = spec("file", (), tf.string)

    @tf.function(
        input_signature=[
            images_spec,
            spec("labels", (None, classes)),
            spec("weights", (None,)),
            spec("learning_rate"),
            spec("weight_decay"),
            spec("average_decay"),
            spec("magnitude"),
            spec("dropout"),
            spec("stochastic_depth"),
            seed_spec,
        ]
    )
    def train(
        images,
        labels,
        weights,
        learning_rate,
        weight_decay,
        average_decay,
        magnitude,
        dropout,
        stochastic_depth,
        seed,
    ):
        batch = tf.shape(images)[0]
        depth = stochastic_depth * tf.range(1.0, len(WIDTHS) + 1.0) / len(WIDTHS)
        keep_blocks = kept(seed, 8, [batch, len(WIDTHS)], depth)
        keep_embedding = kept(seed, 9, [batch, WIDTHS[-1]], dropout)
        current = [tf.identity(w) for w in state.weights]
        with tf.GradientTape() as tape:
            tape.watch(current)
            x = noised(floats(images), magnitude, seed)
            _, logits, statistics = run(current, x, keep_blocks, keep_embedding, training=True)
            losses = tf.nn.softmax_cross_entropy_with_logits(labels, logits)
            loss = tf.reduce_sum(losses * weights) / tf.maximum(tf.reduce_sum(weights), 1e-6)
        gradients = tape.gradient(loss, current)
        for i, gradient in enumerate(gradients):
            if kinds[i] == "kernel":
                gradient += weight_decay * current[i]
            velocity = MOMENTUM * state.momenta[i] - learning_rate * gradient
            weight = current[i] + MOMENTUM * velocity - learning_rate * gradient  # Nesterov's
            state.momenta[i].assign(velocity)
            state.weights[i].assign(weight)
            state.averages[i].assign(average_decay * state.averages[i] + (1.0 - average_decay) * weight)
        move_statistics(statistics, 1.0 - STATISTICS_DECAY)
        return {"loss": loss}

    def move_statistics(statistics, rate):
        for variable, value in zip(state.statistics, statistics):
            variable.assign(variable + rate * (value - variable))

    @tf.function(input_signature=[images_spec])
    def predict(images):
        embedding, logits, _ = run(state.averages, floats(images))
        return {"probabilities": tf.nn.softmax(logits), "embedding": embedding}

    @tf.function(input_signature=[images_spec])
    def teach(images):
        _, logits, _ = run(state.averages, floats(images), training=True)
        return {"probabilities": tf.nn.softmax(logits)}

    @tf.function(input_signature=[images_spec, spec("rate")])
    def adapt(images, rate):
        _, _, statistics = run(state.averages, floats(images), training=True)
        move_statistics(statistics, rate)
        return {"rate": tf.identity(rate)}

    @tf.function(input_signature=[seed_spec])
    def initialize(seed):
        for i, variable in enumerate(state.weights):
            if kinds[i] == "kernel":
                fan_in = np.prod(variable.shape[:-1])
                folded = tf.random.experimental.stateless_fold_in(seed, 100 + i, alg="philox")
                drawn = tf.random.stateless_normal(variable.shape, folded, alg="philox")
                value = drawn * tf.sqrt(2.0 / float(fan_in))
            else:
                value = tf.ones(variable.shape) if kinds[i] == "gamma" else tf.zeros(variable.shape)
            variable.assign(value)
            state.averages[i].assign(value)
            state.momenta[i].assign(tf.zeros(variable.shape))
        for variable, original in zip(state.statistics, model.non_trainable_variables):
            mean = original.path.endswith("moving_mean")
            variable.assign(tf.zeros(variable.shape) if mean else tf.ones(variable.shape))
        return {"seed": tf.identity(seed)}

    @tf.function(input_signature=[file_spec])
    def save(file):
        # TensorFlow's loader wants the object graph in each checkpoint, though only Python reads it.
        written = tf.raw_ops.SaveV2(
            prefix=file,
            tensor_names=names + [OBJECT_GRAPH],
            shape_and_slices=[""] * (len(names) + 1),
            tensors=[variables[name].read_value() for name in names] + [tf.constant(object_graph)],
        )
        with tf.control_dependencies([written]):  # else a session takes the file's name for all that is wanted
            return {"file": tf.identity(file)}

    @tf.function(input_signature=[file_spec])
    def restore(file):
        values = tf.raw_ops.RestoreV2(
            prefix=file,
            tensor_names=names,
            shape_and_slices=[""] * len(names),
            dtypes=[tf.float32] * len(names),
        )
        for name, value in zip(names, values):
            variables[name].assign(tf.ensure_shape(value, variables[name].shape))
        return {"file": tf.identity(file)}

    return {
        "train": train,
        "serving_default": predict,
        "teach": teach,
        "adapt": adapt,
        "initialize": initialize,
        "save": save,
        "restore": restore,
    }


def drop_init_op(folder):
    """DJL's engine would run it before each call, and Freshet's models need none."""
    path = pathlib.Path(folder) / "saved_model.pb"
    saved = saved_model_pb2.SavedModel()
    saved.ParseFromString(path.read_bytes())
    for graph in saved.meta_graphs:
        graph.signature_def.pop("__saved_model_init_op", None)
        graph.collection_def.pop("saved_model_main_op", None)
    path.write_bytes(saved.SerializeToString(deterministic=True))


def export(folder, height, width, channels, classes, seed):
    keras.utils.set_random_seed(seed)
    model = network(height, width, channels, classes)
    state = Trainable(model)
    shape = (height, width, channels, classes)
    with tempfile.TemporaryDirectory() as first:
        # The object graph that goes into later checkpoints is known only when the model has been written once.
        tf.saved_model.save(state, first, signatures(state, model, *shape, object_graph=b""))
        graph = tf.train.load_checkpoint(first + "/variables/variables").get_tensor(OBJECT_GRAPH)
    shutil.rmtree(folder, ignore_errors=True)
    tf.saved_model.save(state, folder, signatures(state, model, *shape, object_graph=graph))
    drop_init_op(folder)
    print(f"{folder}: {model.count_params()} parameters")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("folder", help="is made, or replaced")
    parser.add_argument("--height", type=int, default=28)
    parser.add_argument("--width", type=int, default=28)
    parser.add_argument("--channels", type=int, choices=(1, 3), default=1)
    parser.add_argument("--classes", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    export(
        arguments.folder,
        arguments.height,
        arguments.width,
        arguments.channels,
        arguments.classes,
        arguments.seed,
    )


if __name__ == "__main__":
    main()

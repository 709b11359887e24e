"""Trains and asks the networks of ThroughputBenchmark in tf.keras, on one cached batch, whenever it is told to.

Arguments: architecture, side, channels, classes, batch size of training, batch size of labelling. Each line of the standard
input is "train SECONDS" or "label SECONDS"; each line of the standard output is images a second, and images a second on a
processor. The step is compiled, with
Nesterov's momentum and weight decay; it has neither Freshet's augmentation nor its moving average of the weights.
"""

import re
import sys
import time

import keras
import numpy as np
import tensorflow as tf


def residual(name, side, channels, classes):
    plain = re.fullmatch(r"residual-(\d+)(?:x(\d+))?", name)
    wide = re.fullmatch(r"wide-residual-(\d+)-(\d+)", name)
    if plain:
        width, blocks = int(plain[1]), int(plain[2] or 1)
        stem = width
    elif wide:
        width, blocks, stem = 16 * int(wide[2]), (int(wide[1]) - 4) // 6, 16
    else:
        return None

    def convolution(filters, kernel, strides=1):
        return keras.layers.Conv2D(filters, kernel, strides=strides, padding="same", use_bias=False)

    def active(x):
        return keras.layers.ReLU()(keras.layers.BatchNormalization(momentum=0.9)(x))

    images = keras.Input((side, side, channels))
    x = convolution(stem, 3)(images)
    now = stem
    for stage in range(3):
        for block in range(blocks):
            out = width << stage
            strides = 2 if stage > 0 and block == 0 else 1
            y = active(x)
            shortcut = x if now == out and strides == 1 else convolution(out, 1, strides)(y)
            y = convolution(out, 3)(active(convolution(out, 3, strides)(y)))
            x = keras.layers.add([shortcut, y])
            now = out
    x = keras.layers.GlobalAveragePooling2D()(active(x))
    return keras.Model(images, keras.layers.Dense(classes)(x))


def main():
    name, side, channels, classes, batch, labelled = sys.argv[1], *map(int, sys.argv[2:])
    model = residual(name, side, channels, classes)
    if model is None:
        print("none", flush=True)
        return
    random = np.random.default_rng(1)
    images = tf.constant(random.integers(0, 256, (batch, side, side, channels), np.uint8))
    many = tf.constant(random.integers(0, 256, (labelled, side, side, channels), np.uint8))
    labels = tf.one_hot(tf.constant(random.integers(0, classes, batch)), classes)
    optimizer = keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True, weight_decay=5e-4)

    @tf.function
    def train():
        with tf.GradientTape() as tape:
            logits = model(tf.cast(images, tf.float32) / 127.5 - 1.0, training=True)
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels, logits))
        optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
        return loss

    @tf.function
    def label():
        return tf.nn.softmax(model(tf.cast(many, tf.float32) / 127.5 - 1.0, training=False))

    ways = {"train": (train, batch), "label": (label, labelled)}
    for run, _ in ways.values():
        for _ in range(3):
            run().numpy()
    print("ready", flush=True)
    for line in sys.stdin:
        way, seconds = line.split()
        run, each = ways[way]
        begun, processor, done = time.perf_counter(), time.process_time(), 0
        while time.perf_counter() - begun < float(seconds):
            run().numpy()
            done += each
        print(done / (time.perf_counter() - begun), done / (time.process_time() - processor), flush=True)


main()

#!/usr/bin/env python3
"""Reads what `freshet analyze` has written, with tf.data alone: python read_analysis.py FOLDER

Run with TensorFlow 2.21. Freshet is not needed for it.
"""

import json
import pathlib
import sys

import tensorflow as tf


def load(folder, unlabeled_weight=1.0):
    """A data set of (image, label, weight): uint8 [height, width, channels], float32 [classes], float32 []."""
    folder = pathlib.Path(folder)
    summary = json.loads((folder / "summary.json").read_text())
    classes = len(summary["classes"])
    shape = summary["shape"]
    features = {
        "id": tf.io.FixedLenFeature([], tf.string),
        "split": tf.io.FixedLenFeature([], tf.string),  # train, anchor or unlabeled
        "image": tf.io.FixedLenFeature([], tf.string),  # PNG
        "label": tf.io.FixedLenFeature([], tf.int64),  # -1 where there is none
        "distribution": tf.io.FixedLenFeature([classes], tf.float32),
        "confidence": tf.io.FixedLenFeature([], tf.float32),
        "weight": tf.io.FixedLenFeature([], tf.float32),
        "embedding": tf.io.FixedLenSequenceFeature([], tf.float32, allow_missing=True),
        "neighbours": tf.io.FixedLenFeature([classes], tf.float32),
        "duplicate_group": tf.io.FixedLenFeature([], tf.int64),  # -1 where there are no copies
        "suggested_label": tf.io.FixedLenFeature([], tf.int64),  # -1 where the label is not suspected
        "margin": tf.io.FixedLenFeature([], tf.float32),
        "distance": tf.io.FixedLenFeature([], tf.float32),
        "picture_distance": tf.io.FixedLenFeature([], tf.float32),
        "out_of_distribution": tf.io.FixedLenFeature([], tf.int64),  # 0 or 1
    }

    def parse(record):
        example = tf.io.parse_single_example(record, features)
        image = tf.io.decode_png(example["image"], channels=shape[2])
        example["image"] = tf.ensure_shape(image, shape)
        return example

    def to_learn_from(example):
        unlabeled = example["split"] == "unlabeled"
        weight = tf.where(unlabeled, example["weight"] * unlabeled_weight, example["weight"])
        return (example["split"] != "anchor") & (weight > 0) & (example["out_of_distribution"] == 0)

    def tuple_of(example):
        labeled = example["label"] >= 0
        label = tf.where(labeled, tf.one_hot(example["label"], classes), example["distribution"])
        weight = tf.where(labeled, example["weight"], example["weight"] * unlabeled_weight)
        return example["image"], label, weight

    files = sorted(str(file) for file in folder.glob("*.tfrecord"))
    examples = tf.data.TFRecordDataset(files).map(parse)
    return summary, examples, examples.filter(to_learn_from).map(tuple_of)


def main():
    summary, examples, training = load(sys.argv[1], unlabeled_weight=0.5)
    counts = {}
    for example in examples:
        split = example["split"].numpy().decode()
        counts[split] = counts.get(split, 0) + 1
        total = float(tf.reduce_sum(example["distribution"]))
        assert abs(total - 1) < 1e-4, (example["id"], total)
    print("classes:", ", ".join(summary["classes"]))
    print("images:", counts)
    assert counts == {split: count for split, count in summary["images"].items() if count > 0}
    suspected = [e for e in examples if e["suggested_label"] >= 0]
    for example in sorted(suspected, key=lambda e: float(e["margin"]))[:5]:
        print(
            "  labeled {}, probably {}, margin {:.2f}: {}".format(
                summary["classes"][int(example["label"])],
                summary["classes"][int(example["suggested_label"])],
                float(example["margin"]),
                example["id"].numpy().decode()[:12],
            )
        )
    images, labels, weights = next(iter(training.shuffle(1000, seed=1).batch(64)))
    print("a batch:", images.dtype.name, images.shape, labels.shape, "weights {:.2f} to {:.2f}".format(
        float(tf.reduce_min(weights)), float(tf.reduce_max(weights))))


if __name__ == "__main__":
    main()

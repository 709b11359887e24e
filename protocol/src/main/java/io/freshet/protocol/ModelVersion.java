package io.freshet.protocol;

import java.util.regex.Pattern;

/**
 * A model and its version. Versions of a model count up from 1, as TensorFlow Serving has them.
 *
 * @param model letters, digits, {@code . _ -}, at most 100, beginning with a letter or a digit: it becomes a folder's
 *     name and a part of addresses
 */
public record ModelVersion(String model, long version) implements Comparable<ModelVersion> {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    public ModelVersion {
        requireName(model);
        if (version < 1) {
            throw new IllegalArgumentException("Versions count from 1: " + version);
        }
    }

    /** @throws IllegalArgumentException if no model can have that name */
    public static String requireName(String model) {
        if (!NAME.matcher(model).matches()) {
            throw new IllegalArgumentException("A model's name has letters, digits, '.', '_' and '-', at most 100, and"
                    + " begins with a letter or a digit: '" + model + "'");
        }
        return model;
    }

    public ModelVersion next() {
        return new ModelVersion(model, version + 1);
    }

    @Override
    public int compareTo(ModelVersion other) {
        int byModel = model.compareTo(other.model);
        return byModel != 0 ? byModel : Long.compare(version, other.version);
    }

    /** As in {@code fashion/3}. */
    @Override
    public String toString() {
        return model + "/" + version;
    }
}

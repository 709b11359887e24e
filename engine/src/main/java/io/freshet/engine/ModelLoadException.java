package io.freshet.engine;

/** A SavedModel, or the native library that runs it, cannot be loaded. */
public final class ModelLoadException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ModelLoadException(String message, Throwable cause) {
        super(message, cause);
    }
}

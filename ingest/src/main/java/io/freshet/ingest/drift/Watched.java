package io.freshet.ingest.drift;

import io.freshet.protocol.ModelVersion;

/** What observations are of, and what their parts are called. */
enum Watched {
    /** What a model said: its confidence, its class, a sketch of its embedding. */
    PREDICTIONS("confidence", "classes", "embedding"),

    /** How images look that no model saw: their brightness in the place of a confidence, their tone in that of a class. */
    PIXELS("brightness", "tones", "pixel");

    /** Stands for the version of a model in observations of images that none saw. */
    static final ModelVersion NO_MODEL = new ModelVersion("no-model", 1);

    private final String number;
    private final String classes;
    private final String sketch;

    Watched(String number, String classes, String sketch) {
        this.number = number;
        this.classes = classes;
        this.sketch = sketch;
    }

    static Watched of(ModelVersion version) {
        return version.equals(NO_MODEL) ? PIXELS : PREDICTIONS;
    }

    String number() {
        return number;
    }

    String classes() {
        return classes;
    }

    String sketch() {
        return sketch;
    }
}

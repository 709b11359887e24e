package io.freshet.serving.http;

/** The dialects in which predictions are asked for. */
enum Api {

    /** Plain image bytes. */
    IMAGE("image"),

    /** TensorFlow Serving's REST. */
    V1("v1"),

    /** Open Inference Protocol. */
    V2("v2");

    private final String tag;

    Api(String tag) {
        this.tag = tag;
    }

    /** As metrics have it. */
    String tag() {
        return tag;
    }
}

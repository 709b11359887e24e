package io.freshet.serving.inference;

/** The ways in which predictions are asked for. */
public enum Api {

    /** Plain image bytes. */
    IMAGE("image"),

    /** TensorFlow Serving's REST. */
    V1("v1"),

    /** Open Inference Protocol, REST. */
    V2("v2"),

    /** Open Inference Protocol, gRPC. */
    GRPC("grpc");

    private final String tag;

    Api(String tag) {
        this.tag = tag;
    }

    /** As metrics have it. */
    String tag() {
        return tag;
    }
}

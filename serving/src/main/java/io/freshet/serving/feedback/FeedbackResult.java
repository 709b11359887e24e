package io.freshet.serving.feedback;

import java.util.List;

/** What came of labels that a client brought. */
public sealed interface FeedbackResult {

    /** Kafka has the labels. */
    record Taken(int labels) implements FeedbackResult {}

    /** No replica captured an answer under that id, or it is too long ago. */
    record UnknownRequest() implements FeedbackResult {}

    /** The request had another number of images. */
    record OtherCount(String detail) implements FeedbackResult {}

    /** @param classes that there are */
    record UnknownClass(String label, List<String> classes) implements FeedbackResult {}

    /** The model that answered is not in service, and so its classes are not known. */
    record ModelAway(String model) implements FeedbackResult {}

    /** Kafka does not answer. */
    record KafkaAway() implements FeedbackResult {}
}

package io.freshet.serving.feedback;

import java.util.List;
import java.util.Optional;

/** What a client says that an image shows. */
public sealed interface TrueLabel {

    /** A class by its name. */
    record Named(String name) implements TrueLabel {}

    /** A class by its place among the model's. */
    record Numbered(int index) implements TrueLabel {}

    /** Nothing is said of this one of several images. */
    record Unknown() implements TrueLabel {}

    /** The name of the class, if it is one of these. */
    default Optional<String> among(List<String> classes) {
        return switch (this) {
            case Named named -> Optional.of(named.name()).filter(classes::contains);
            case Numbered numbered ->
                numbered.index() >= 0 && numbered.index() < classes.size()
                        ? Optional.of(classes.get(numbered.index()))
                        : Optional.empty();
            case Unknown unknown -> Optional.empty();
        };
    }

    /** As the client said it. */
    default String text() {
        return switch (this) {
            case Named named -> named.name();
            case Numbered numbered -> Integer.toString(numbered.index());
            case Unknown unknown -> "null";
        };
    }
}

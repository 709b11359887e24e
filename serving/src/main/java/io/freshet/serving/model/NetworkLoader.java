package io.freshet.serving.model;

import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.serving.batch.Network;

/** Turns a verified bundle into a network that is ready for traffic. */
public interface NetworkLoader {

    /** What came of loading a bundle. */
    sealed interface Result {

        /** The caller closes the network. */
        record Warmed(Network network) implements Result {}

        /** @param reason for people */
        record Refused(String reason) implements Result {}
    }

    /** Loads and warms; takes as long as that takes, on the caller's thread. */
    Result load(ModelBundle bundle);
}

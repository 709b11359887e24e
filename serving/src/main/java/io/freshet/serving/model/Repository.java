package io.freshet.serving.model;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The models of this replica, to be listed, taken out of service and put back by hand (Triton's model repository
 * extension). What is done here is forgotten when the replica ends, and no other replica hears of it.
 */
public interface Repository {

    /** What came of a call. */
    sealed interface Outcome {

        record Done() implements Outcome {}

        /** Nothing was ever announced of that name. */
        record Unknown() implements Outcome {}

        /** @param reason for people */
        record Failed(String reason) implements Outcome {}
    }

    /** All versions of all models that there is something to say of. */
    List<VersionStatus> index();

    /** Puts a model into service; complete when it is, or cannot be. Never fails. */
    CompletionStage<Outcome> load(String name);

    /** Takes a model out of service until it is loaded again; complete when no request goes to it any more. */
    CompletionStage<Outcome> unload(String name);
}

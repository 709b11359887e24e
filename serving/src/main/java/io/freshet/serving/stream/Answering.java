package io.freshet.serving.stream;

import java.util.concurrent.CompletionStage;

/** Finds the answer to an image. */
interface Answering {

    /** @return complete when there is one, however long that takes; never fails */
    CompletionStage<StreamResponse> answer(StreamRequest request);
}

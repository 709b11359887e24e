package io.freshet.serving.inference;

import io.micrometer.tracing.Span;
import java.util.concurrent.Executor;

/** One request and its one answer, in whatever protocol. Thread safe. */
public interface Exchange {

    /** As the log has it. */
    String requestId();

    /** The request's span; {@link Span#NOOP} where requests are not traced. */
    Span span();

    /** Runs what takes microseconds on the thread that reads from and writes to the connection. */
    Executor eventLoop();

    /** Answers with a failure, unless there was an answer before. */
    void fail(Failure failure);
}

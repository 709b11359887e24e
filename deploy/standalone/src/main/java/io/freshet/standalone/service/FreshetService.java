package io.freshet.standalone.service;

/** A service at work. The caller closes it. */
public interface FreshetService extends AutoCloseable {

    /** As in {@code ingest}. */
    String name();

    /** Where it answers for its health and metrics, and serving for predictions too. */
    int port();

    /** False once it has given up: then only a new process helps. */
    boolean isHealthy();

    @Override
    void close();
}

package io.freshet.serving.model;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import io.freshet.protocol.bundle.ModelBundle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads on a thread that gives way to those that answer. Linux has a niceness for each thread, which the JVM leaves as it
 * is; on other systems the thread is like any other.
 *
 * <p>The first load runs at full speed: nothing is in service that it could disturb, and the threads that TensorFlow then
 * starts for the whole process would inherit the niceness. For the same reason, this is not for sessions that start
 * threads of their own.
 *
 * <p>Thread safe. The caller closes it, when no load is under way.
 */
public final class YieldingLoader implements NetworkLoader, AutoCloseable {

    /** The C library's, as far as it is needed. */
    interface CLibrary extends Library {

        /** setpriority(2): for the calling thread, if {@code who} is 0, on Linux. Returns 0, or -1 for a failure. */
        int setpriority(int which, int who, int niceness);
    }

    private static final Logger LOG = LoggerFactory.getLogger(YieldingLoader.class);

    private static final int PRIO_PROCESS = 0;

    /** A tenth of what a thread that answers gets, where both want to run: little, but a load must come to its end. */
    private static final int NICENESS = 10;

    private final NetworkLoader networks;
    private final AtomicBoolean loadedOne = new AtomicBoolean();
    private final ExecutorService executor = Executors.newSingleThreadExecutor(
            work -> Thread.ofPlatform().name("freshet-warmer").daemon().unstarted(() -> {
                yieldToAll();
                work.run();
            }));

    public YieldingLoader(NetworkLoader networks) {
        this.networks = networks;
    }

    private static void yieldToAll() {
        if (!Platform.isLinux()) {
            return;
        }
        try {
            CLibrary library = Native.load("c", CLibrary.class);
            if (library.setpriority(PRIO_PROCESS, 0, NICENESS) != 0) {
                LOG.debug("Models load at the priority of all threads: setpriority failed");
            }
        } catch (LinkageError e) {
            LOG.debug("Models load at the priority of all threads", e);
        }
    }

    @Override
    public Result load(ModelBundle bundle) {
        if (loadedOne.compareAndSet(false, true)) {
            return networks.load(bundle);
        }
        try {
            return CompletableFuture.supplyAsync(() -> networks.load(bundle), executor)
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException exception ? exception : e;
        }
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}

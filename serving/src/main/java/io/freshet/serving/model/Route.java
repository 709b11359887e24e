package io.freshet.serving.model;

import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.serving.batch.BatchResult;
import io.freshet.serving.batch.ImageScores;
import io.freshet.serving.rollout.Stage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A request's way to the version that answers it, under a lease. Where another version is on trial, the route tells the
 * trial how it went: as a canary it is stood in for by the version in service wherever it fails, and as a shadow it sees
 * the images after the client has its answer.
 *
 * <p>For one request. The caller closes it, once it is classified or given up.
 */
public final class Route implements AutoCloseable {

    /** What the version is to the request. */
    private enum Role {
        PLAIN,
        BESIDE_CANDIDATE,
        CANARY
    }

    private final ServedModel model;
    private final ServableModel.Lease lease;
    private final Role role;
    private final Optional<Candidate> candidate;
    private final String key;

    private Route(ServedModel model, ServableModel.Lease lease, Role role, Optional<Candidate> candidate, String key) {
        this.model = model;
        this.lease = lease;
        this.role = role;
        this.candidate = candidate;
        this.key = key;
    }

    static Route of(
            ServedModel model,
            Lineup lineup,
            ServableModel version,
            ServableModel.Lease lease,
            Selector selector,
            String key) {
        return new Route(model, lease, role(lineup, version, selector), lineup.candidate(), key);
    }

    private static Role role(Lineup lineup, ServableModel version, Selector selector) {
        // Who asks for a version by its number gets an answer of that version or none.
        if (lineup.candidate().isEmpty() || selector instanceof Selector.Version) {
            return Role.PLAIN;
        }
        return lineup.candidate().get().model() == version ? Role.CANARY : Role.BESIDE_CANDIDATE;
    }

    /** Of the version that will answer, unless it fails on trial; all versions of a model take the same images. */
    public ModelDescriptor descriptor() {
        return lease.descriptor();
    }

    /**
     * Has the request's images classified; once.
     *
     * @param images each one image or several, {@code [n, height, width, channels] uint8}, from the buffer's position to
     *     its limit; not to be changed afterwards
     * @return completes on a thread that dependents must not hold up; fails only if the network does
     */
    public CompletableFuture<Reply> classify(List<ByteBuffer> images) {
        return switch (role) {
            case PLAIN -> lease.classify(images).thenApply(result -> reply(lease.descriptor(), result, alone()));
            case BESIDE_CANDIDATE -> besideCandidate(images, candidate.orElseThrow());
            case CANARY -> asCanary(images, candidate.orElseThrow());
        };
    }

    private static Reply reply(
            ModelDescriptor model, BatchResult result, CompletableFuture<Optional<Reply.Shadow>> shadow) {
        return switch (result) {
            case BatchResult.Answered answered -> new Reply.Answered(model, answered.scores(), answered.run(), shadow);
            case BatchResult.Overloaded overloaded -> new Reply.Overloaded();
        };
    }

    private CompletableFuture<Reply> besideCandidate(List<ByteBuffer> images, Candidate onTrial) {
        long start = System.nanoTime();
        return lease.classify(images).thenApply(result -> {
            CompletableFuture<Optional<Reply.Shadow>> shadow = alone();
            if (result instanceof BatchResult.Answered answered) {
                onTrial.trial().inServiceAnswered(answered.scores(), since(start));
                if (onTrial.trial().shadows(key)) {
                    shadow = shadow(images, onTrial, answered.scores());
                }
            }
            return reply(lease.descriptor(), result, shadow);
        });
    }

    private static CompletableFuture<Optional<Reply.Shadow>> alone() {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    /** No answer waits for it. */
    private CompletableFuture<Optional<Reply.Shadow>> shadow(
            List<ByteBuffer> images, Candidate onTrial, List<ImageScores> inService) {
        Optional<ServableModel.Lease> acquired = onTrial.model().acquire();
        if (acquired.isEmpty()) {
            return alone(); // the trial is over
        }
        try (ServableModel.Lease shadow = acquired.get()) {
            long start = System.nanoTime();
            ModelDescriptor model = shadow.descriptor();
            return shadow.classify(images).handle((result, fault) -> {
                if (fault != null) {
                    onTrial.trial().candidateFailed(Stage.SHADOW);
                } else if (result instanceof BatchResult.Answered answered) {
                    onTrial.trial().candidateAnswered(Stage.SHADOW, answered.scores(), since(start));
                    onTrial.trial().compared(inService, answered.scores());
                    return Optional.of(new Reply.Shadow(model, answered.scores()));
                }
                return Optional.empty();
            });
        }
    }

    private CompletableFuture<Reply> asCanary(List<ByteBuffer> images, Candidate onTrial) {
        long start = System.nanoTime();
        return lease.classify(images)
                .copy()
                .orTimeout(onTrial.trial().canaryTimeout().toNanos(), TimeUnit.NANOSECONDS)
                .handle((result, fault) -> canaryReply(onTrial, start, result, fault))
                .thenCompose(
                        reply -> reply.map(CompletableFuture::completedFuture).orElseGet(() -> inItsPlace(images)));
    }

    /** Empty if another version must answer. */
    private Optional<Reply> canaryReply(
            Candidate onTrial, long start, @Nullable BatchResult result, @Nullable Throwable fault) {
        if (fault != null) {
            onTrial.trial().candidateFailed(Stage.CANARY);
        } else if (result instanceof BatchResult.Answered answered) {
            onTrial.trial().candidateAnswered(Stage.CANARY, answered.scores(), since(start));
            return Optional.of(reply(lease.descriptor(), answered, alone()));
        }
        return Optional.empty();
    }

    private CompletableFuture<Reply> inItsPlace(List<ByteBuffer> images) {
        return switch (model.routeInService()) {
            case Routing.Found found -> {
                try (Route route = found.route()) {
                    yield route.classify(images);
                }
            }
            case Routing.NoSuchVersion none -> CompletableFuture.completedFuture(new Reply.Overloaded());
        };
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Gives the lease back. Again does nothing. */
    @Override
    public void close() {
        lease.close();
    }
}

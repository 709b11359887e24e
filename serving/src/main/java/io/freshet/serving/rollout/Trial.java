package io.freshet.serving.rollout;

import io.freshet.serving.batch.ImageScores;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.zip.CRC32;

/**
 * A version on trial beside the one in service: which requests it sees, what was measured, and what follows from it. It
 * goes through its {@link Stage}s forward only, each with measures of its own. Thread safe.
 */
public final class Trial {

    private final long version;
    private final RolloutConfig config;
    private final LongSupplier nanoTime;
    private volatile StageTrial current;

    /** What is gathered in one stage. */
    private record StageTrial(Stage stage, long since, Gathered inService, Gathered candidate, Agreement agreement) {}

    /**
     * Begins with the first stage that is not left out.
     *
     * @param version on trial: each version tries its luck with other clients
     * @param config which is not {@linkplain RolloutConfig#skipsTrials without stages}
     * @param nanoTime as {@link System#nanoTime()}
     */
    public Trial(long version, RolloutConfig config, LongSupplier nanoTime) {
        this.version = version;
        this.config = config;
        this.nanoTime = nanoTime;
        this.current = begin(config.shadow().skipped() ? Stage.CANARY : Stage.SHADOW);
    }

    private StageTrial begin(Stage stage) {
        double lowConfidence = config.criteria().lowConfidence();
        return new StageTrial(
                stage, nanoTime.getAsLong(), new Gathered(lowConfidence), new Gathered(lowConfidence), new Agreement());
    }

    public Stage stage() {
        return current.stage();
    }

    /** After which a request to the canary is answered by the version in service. */
    public Duration canaryTimeout() {
        return config.criteria().canaryTimeout();
    }

    /**
     * Whether the version answers that client.
     *
     * @param key the same for all requests of one client: it is answered by the same version all the time
     */
    public boolean answers(String key) {
        return isOf(Stage.CANARY, key);
    }

    /** Whether the version sees a copy of that client's request. */
    public boolean shadows(String key) {
        return isOf(Stage.SHADOW, key);
    }

    private boolean isOf(Stage stage, String key) {
        if (current.stage() != stage) {
            return false;
        }
        CRC32 hash = new CRC32();
        hash.update(key.getBytes(StandardCharsets.UTF_8));
        // A checksum alone would put neighbours together, and the same clients first for every version.
        double drawn = new SplittableRandom(version << 32 ^ hash.getValue()).nextDouble();
        return drawn < config.of(stage).share();
    }

    /** The version in service has answered a request. */
    public void inServiceAnswered(List<ImageScores> scores, Duration time) {
        current.inService().answered(scores, time);
    }

    /**
     * The version on trial has answered a request. As all that it does, this counts in the stage that sent the request,
     * and no longer when the next has begun: a copy that is answered late says nothing of answers to clients.
     *
     * @param sentIn the stage
     */
    public void candidateAnswered(Stage sentIn, List<ImageScores> scores, Duration time) {
        in(sentIn).ifPresent(now -> now.candidate().answered(scores, time));
    }

    /** The version on trial has not answered a request of that stage, though there was room. */
    public void candidateFailed(Stage sentIn) {
        in(sentIn).ifPresent(now -> now.candidate().failed());
    }

    /** Both have answered the same images, which they do while images are shadowed. */
    public void compared(List<ImageScores> inService, List<ImageScores> candidate) {
        in(Stage.SHADOW).ifPresent(now -> now.agreement().add(inService, candidate));
    }

    private Optional<StageTrial> in(Stage stage) {
        return Optional.of(current).filter(now -> now.stage() == stage);
    }

    /** What was seen in this stage so far. */
    public Measured measured() {
        StageTrial now = current;
        return new Measured(
                now.stage(),
                Duration.ofNanos(nanoTime.getAsLong() - now.since()),
                now.inService().side(),
                now.candidate().side(),
                now.agreement().compared(),
                now.agreement().agreed());
    }

    public Verdict verdict() {
        return RolloutPolicy.decide(measured(), config);
    }

    /** Goes on to the next stage; empty if there is none but full service. For one thread at a time. */
    public Optional<Stage> advance() {
        if (current.stage() == Stage.CANARY || config.canary().skipped()) {
            return Optional.empty();
        }
        current = begin(Stage.CANARY);
        return Optional.of(Stage.CANARY);
    }
}

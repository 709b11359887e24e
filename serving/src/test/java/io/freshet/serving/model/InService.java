package io.freshet.serving.model;

import io.freshet.protocol.ModelVersion;
import io.freshet.serving.batch.BatchMetrics;
import io.freshet.serving.batch.BatchingConfig;
import io.freshet.serving.batch.Network;
import io.freshet.serving.rollout.Trial;
import io.freshet.serving.testing.TinyModels;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts networks into service without a manager, for the tests of what comes before them. */
public final class InService implements AutoCloseable {

    private final ServedModel model;
    private final ServableModel.Surroundings surroundings;

    public InService(String name) {
        this(name, BatchingConfig.defaults());
    }

    public InService(String name, BatchingConfig batching) {
        this.model = new ServedModel(name);
        this.surroundings = new ServableModel.Surroundings(
                batching,
                new BatchMetrics(new SimpleMeterRegistry()),
                worker -> Thread.ofPlatform().daemon().start(worker),
                close -> Thread.ofPlatform().daemon().start(close));
    }

    public ServedModel model() {
        return model;
    }

    /** The network serves from now on, under that version. */
    public void swap(long version, Network network) {
        model.replace(Lineup.of(servable(version, network)));
    }

    /** The network is on trial from now on, beside the one that serves. */
    public void tryOut(long version, Network network, Trial trial) {
        Lineup now = model.lineup();
        Candidate candidate = new Candidate(servable(version, network), trial);
        model.replace(new Lineup(now.inService(), Optional.of(candidate), List.of(), Map.of()));
    }

    private ServableModel servable(long version, Network network) {
        return new ServableModel(
                TinyModels.descriptor(new ModelVersion(model.name(), version)), network, surroundings, () -> {});
    }

    /** Takes everything out of service. */
    @Override
    public void close() {
        model.replace(Lineup.EMPTY);
    }
}

package io.freshet.serving.testing;

import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.bundle.Lineage;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.bundle.ModelStore;
import io.freshet.protocol.bundle.WarmupRequest;
import io.freshet.protocol.bundle.WarmupRequests;
import io.freshet.protocol.round.Score;
import io.freshet.protocol.round.Trigger;
import io.freshet.trainer.architecture.Architecture;
import io.freshet.trainer.architecture.TrainableModelSpec;
import io.freshet.trainer.architecture.TrainableModelWriter;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** Real networks, small and untrained: residual-8 for gray images of 28x28 in ten classes. */
public final class TinyModels {

    public static final ImageShape SHAPE = new ImageShape(28, 28, 1);
    public static final List<String> CLASSES =
            IntStream.range(0, 10).mapToObj(i -> "class-" + i).toList();
    public static final int EMBEDDING = 32;

    private static final String ARCHITECTURE = "residual-8";

    private TinyModels() {}

    /** Writes a bundle; its weights are drawn from the version's number. */
    public static ModelBundle write(Path folder, ModelVersion version) throws IOException {
        return write(folder, version, CLASSES);
    }

    public static ModelBundle write(Path folder, ModelVersion version, List<String> classes) throws IOException {
        return write(folder, descriptor(version, classes, SHAPE));
    }

    /** Writes a bundle for a descriptor, which the network follows. */
    public static ModelBundle write(Path folder, ModelDescriptor descriptor) throws IOException {
        Files.createDirectories(folder);
        ImageShape shape = descriptor.input();
        TrainableModelWriter.write(
                new TrainableModelSpec(
                        Architecture.named(ARCHITECTURE),
                        shape.height(),
                        shape.width(),
                        shape.channels(),
                        descriptor.classes().size(),
                        true),
                descriptor.version(),
                folder);
        WarmupRequests.write(
                folder,
                descriptor.model(),
                shape,
                List.of(WarmupRequest.plain(pixels(1, shape)), WarmupRequest.plain(pixels(2, shape))));
        return ModelBundle.seal(folder, descriptor);
    }

    /** Writes a bundle, puts it into the store, and says what would announce it. */
    public static ModelAnnouncement publish(ModelStore store, Path scratch, ModelVersion version) throws IOException {
        return publish(store, version, write(scratch.resolve(version.toString()), version));
    }

    public static ModelAnnouncement publish(ModelStore store, ModelVersion version, ModelBundle bundle)
            throws IOException {
        return announcement(version, store.put(version, bundle.folder()).toString(), bundle.manifestSha256());
    }

    public static ModelAnnouncement announcement(ModelVersion version, String location, String manifestSha256) {
        return new ModelAnnouncement(
                version,
                URI.create(location),
                manifestSha256,
                Instant.EPOCH,
                ModelAnnouncement.Reason.PROMOTED,
                Optional.empty());
    }

    public static ModelDescriptor descriptor(ModelVersion version) {
        return descriptor(version, CLASSES, SHAPE);
    }

    public static ModelDescriptor descriptor(ModelVersion version, List<String> classes, ImageShape shape) {
        return new ModelDescriptor(
                ModelDescriptor.FORMAT,
                version.model(),
                version.version(),
                Optional.empty(),
                Instant.EPOCH,
                classes,
                shape,
                EMBEDDING,
                false,
                ARCHITECTURE,
                0,
                new Score(1, 2, 1, 2),
                .5,
                new Lineage("r", Trigger.INITIAL, List.of(), List.of(), "", version.version(), Map.of(), "test"));
    }

    /** An image of noise, {@code [height, width, channels] uint8}. */
    public static byte[] pixels(long seed, ImageShape shape) {
        byte[] pixels = new byte[shape.size()];
        new Random(seed).nextBytes(pixels);
        return pixels;
    }
}

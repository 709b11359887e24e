package io.freshet.serving.model;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.RecordCodec.MalformedRecordException;
import io.freshet.protocol.bundle.BundleResult;
import io.freshet.protocol.bundle.FileTree;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.bundle.ModelStore;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bundles on this machine's disk: {@code MODEL/VERSION-MANIFEST/}, so that two bundles of one version never share a
 * folder. One appears by a rename, so a folder that is there was copied to its end. {@code MODEL/in-service} is the
 * announcement of the version that was in service last, for a start without Kafka.
 *
 * <p>For one thread at a time; for one process at a time, which the lock sees to.
 */
public final class ModelCache implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ModelCache.class);
    private static final String LOCK = ".lock";
    private static final String UNFINISHED = ".unfinished-";
    private static final String IN_SERVICE = "in-service";
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final int MANIFEST_DIGITS = 12;

    private final Path root;
    private final FileChannel lock;

    private ModelCache(Path root, FileChannel lock) {
        this.root = root;
        this.lock = lock;
    }

    /**
     * Opens a cache; the caller closes it.
     *
     * @param root is made if it is missing
     * @throws IOException if it cannot be written, or another process has it open
     */
    public static ModelCache open(Path root) throws IOException {
        Files.createDirectories(root);
        FileChannel channel = FileChannel.open(root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!isLocked(channel)) {
            channel.close();
            throw new IOException("The model cache in " + root.toAbsolutePath()
                    + " is in use by another process: give each its own folder");
        }
        return new ModelCache(root, channel);
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock(); // lives as long as its channel
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /**
     * The folder of an announced bundle, out of the store if it is not here already. It is not verified.
     *
     * @throws IllegalArgumentException if the location lies outside the store, or the manifest's sum is none
     * @throws IOException if the store cannot be reached or read, or the disk written
     */
    Path fetch(ModelAnnouncement announcement, ModelStore store) throws IOException {
        Path target = folder(announcement);
        if (Files.isDirectory(target)) {
            if (isWhole(target, announcement)) {
                return target;
            }
            FileTree.delete(target);
        }
        Files.createDirectories(target.getParent());
        Path unfinished = Files.createTempDirectory(target.getParent(), UNFINISHED);
        try {
            Path copy = unfinished.resolve("bundle");
            store.fetch(announcement.location(), copy);
            Files.move(copy, target);
        } finally {
            FileTree.delete(unfinished);
        }
        return target;
    }

    private static boolean isWhole(Path folder, ModelAnnouncement announcement) throws IOException {
        return switch (ModelBundle.open(folder)) {
            case BundleResult.Verified verified ->
                verified.bundle().manifestSha256().equals(announcement.manifestSha256());
            case BundleResult.Refused refused -> false;
        };
    }

    /** Deletes what lies in the cache of a model, except for the folders of these announcements. */
    void keepOnly(String model, Set<ModelAnnouncement> kept) throws IOException {
        Path folder = root.resolve(model);
        if (!Files.isDirectory(folder)) {
            return;
        }
        List<Path> keep = kept.stream().map(this::folder).toList();
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.toList()) {
                if (!keep.contains(entry) && !entry.endsWith(IN_SERVICE)) {
                    FileTree.delete(entry);
                }
            }
        }
    }

    /** Takes note of what is in service. */
    void remember(ModelAnnouncement inService) throws IOException {
        Path folder = Files.createDirectories(root.resolve(inService.model().model()));
        Path unfinished = Files.createTempFile(folder, UNFINISHED, "");
        Files.write(unfinished, Codecs.MODEL_ANNOUNCEMENT.encode(inService));
        Files.move(unfinished, folder.resolve(IN_SERVICE), StandardCopyOption.ATOMIC_MOVE);
    }

    /** What was in service when the cache was used last. */
    List<ModelAnnouncement> remembered() throws IOException {
        List<ModelAnnouncement> remembered = new ArrayList<>();
        try (Stream<Path> models = Files.list(root)) {
            for (Path file : models.map(model -> model.resolve(IN_SERVICE))
                    .filter(Files::isRegularFile)
                    .toList()) {
                try {
                    remembered.add(Codecs.MODEL_ANNOUNCEMENT.decode(Files.readAllBytes(file)));
                } catch (MalformedRecordException e) {
                    LOG.warn("{} cannot be read and is passed over: {}", file, e.getMessage());
                }
            }
        }
        return remembered;
    }

    private Path folder(ModelAnnouncement announcement) {
        String manifest = announcement.manifestSha256();
        if (!SHA256.matcher(manifest).matches()) {
            throw new IllegalArgumentException("The manifest's SHA-256 is announced as '" + manifest + "'");
        }
        String name = announcement.model().version() + "-" + manifest.substring(0, MANIFEST_DIGITS);
        return root.resolve(announcement.model().model()).resolve(name);
    }

    /** Lets another process open it; what it holds stays. */
    @Override
    public void close() throws IOException {
        lock.close();
    }
}

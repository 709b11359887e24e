package io.freshet.protocol.claim;

import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.Erasure;
import io.freshet.protocol.claim.FetchResult.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A store in a folder, one that services share over a volume, with a file for each image ({@link ImageLocation}).
 *
 * <p>References come from strangers. One is taken only if it is a plain path below the folder, relative or with the scheme
 * {@code file}, that leads there without a link.
 */
public final class FolderImageStore implements ImageStore {

    private static final String UNFINISHED = ".unfinished-";

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int CHUNK = 1 << 20;

    private final Path root;

    /** @param root is made when the first image comes */
    public FolderImageStore(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    @Override
    public ImageReference put(EncodedImage content, String subject) throws IOException {
        String location = ImageLocation.of(content, subject);
        Path target = root.resolve(location);
        Files.createDirectories(target.resolveSibling(""));
        Path unfinished = target.resolveSibling(UNFINISHED + UUID.randomUUID());
        try {
            Files.write(unfinished, content.bytes(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            // Over one that lies there already: it is as new as the last record that refers to it.
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
        return ImageReference.to(location, content);
    }

    @Override
    public FetchResult fetch(ImageReference reference, int maxBytes) throws IOException {
        requireThere();
        Optional<Path> path = find(reference.location());
        if (path.isEmpty()) {
            return new FetchResult.Refused(Reason.UNUSABLE, "'" + reference.location() + "' is not in the image store");
        }
        if (reference.sha256().isEmpty()) {
            return new FetchResult.Refused(Reason.UNUSABLE, "The reference has no digest");
        }
        try {
            return Files.isRegularFile(path.get(), LinkOption.NOFOLLOW_LINKS)
                    ? read(path.get(), reference, maxBytes)
                    : missing(reference);
        } catch (NoSuchFileException e) {
            return missing(reference); // deleted just now
        }
    }

    private FetchResult read(Path path, ImageReference reference, int maxBytes) throws IOException {
        if (leadsOut(path)) {
            return new FetchResult.Refused(
                    Reason.UNUSABLE, "'" + reference.location() + "' leads out of the image store");
        }
        try (SeekableByteChannel channel =
                Files.newByteChannel(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            long size = channel.size();
            if (size > maxBytes) {
                return new FetchResult.Refused(
                        Reason.TOO_LARGE, size + " bytes in the image store, and at most " + maxBytes + " are taken");
            }
            byte[] bytes = read(channel, (int) size);
            return reference.isOf(bytes)
                    ? new FetchResult.Found(new EncodedImage(bytes))
                    : new FetchResult.Refused(
                            Reason.ALTERED, "What lies in the image store has not the digest " + reference.sha256());
        }
    }

    /** Over a link. */
    private boolean leadsOut(Path path) throws IOException {
        return !path.toRealPath().startsWith(root.toRealPath());
    }

    /** The bytes up to a size; fewer if the file ends before. */
    private static byte[] read(SeekableByteChannel channel, int size) throws IOException {
        long began = System.nanoTime();
        ByteBuffer bytes = ByteBuffer.allocate(size);
        int read = 0;
        while (read >= 0 && bytes.position() < size) {
            bytes.limit(Math.min(size, bytes.position() + CHUNK));
            read = channel.read(bytes);
            if (System.nanoTime() - began > PATIENCE.toNanos()) {
                throw new IOException("The image store took more than " + PATIENCE.toSeconds() + " s for an image");
            }
        }
        byte[] all = new byte[bytes.position()];
        bytes.flip().get(all);
        return all;
    }

    private static FetchResult missing(ImageReference reference) {
        return new FetchResult.Refused(
                Reason.MISSING, "'" + reference.location() + "' is not in the image store, or no more");
    }

    @Override
    public List<String> locations(Erasure.Subject subject) throws IOException {
        Path folder = root.resolve(subject.sha256());
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public boolean delete(String location) throws IOException {
        Path path = find(location).orElse(null);
        return path != null
                && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                && !leadsOut(path)
                && Files.deleteIfExists(path);
    }

    @Override
    public int deleteOlderThan(Instant time) throws IOException {
        if (!Files.isDirectory(root)) {
            return 0;
        }
        int deleted = 0;
        try (Stream<Path> walk = Files.walk(root)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                deleted += !path.equals(root) && deleteIfOlder(path, time) ? 1 : 0;
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return deleted;
    }

    /** Whether that was an image; folders that have been empty for so long go too. */
    private static boolean deleteIfOlder(Path path, Instant time) throws IOException {
        try {
            boolean isFolder = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
            return Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS)
                            .toInstant()
                            .isBefore(time)
                    && Files.deleteIfExists(path)
                    && !isFolder;
        } catch (NoSuchFileException | DirectoryNotEmptyException e) {
            return false; // another process deletes too, or it is in use
        }
    }

    /** A volume that is not mounted must not look like one from which all images are gone. */
    private void requireThere() throws IOException {
        if (!Files.isDirectory(root)) {
            throw new NoSuchFileException(root.toString(), null, "the folder of the image store is not there");
        }
    }

    /** Where a location leads; empty if it is none of this store's. */
    private Optional<Path> find(String location) {
        try {
            URI uri = new URI(location);
            String path = uri.getPath();
            boolean isPlain = path != null
                    && (uri.getScheme() == null || uri.getScheme().equals("file"))
                    && uri.getRawAuthority() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
            return isPlain ? Optional.of(root.resolve(path).normalize()).filter(this::isInside) : Optional.empty();
        } catch (URISyntaxException | InvalidPathException e) {
            return Optional.empty();
        }
    }

    private boolean isInside(Path path) {
        return path.startsWith(root)
                && !path.equals(root)
                && ImageLocation.isPlain(
                        StreamSupport.stream(root.relativize(path).spliterator(), false)
                                .map(Path::toString)
                                .toList());
    }

    @Override
    public String toString() {
        return "image store in " + root;
    }
}

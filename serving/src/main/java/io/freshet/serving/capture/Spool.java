package io.freshet.serving.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Payloads that wait on disk, first in, first out, in a folder of {@link SpoolSegment}s of bounded size together. What was
 * appended outlives this process, however it ends; a segment is deleted when all in it was removed. After a kill, what
 * was removed last may come again.
 *
 * <p>For one thread at a time, but for {@link #bytes}; for one process at a time, which a lock sees to. The caller
 * closes it.
 */
final class Spool implements AutoCloseable {

    private static final String LOCK = ".lock";
    private static final String HEAD = "head";
    private static final int SEGMENTS = 16;

    /** The first payloads, all of one segment. */
    record Batch(List<byte[]> payloads, long next) {}

    private final Path folder;
    private final long maxBytes;
    private final FileChannel lock;
    private final FileChannel head;
    private final Deque<SpoolSegment> segments = new ArrayDeque<>();
    private long headPosition;
    private volatile long bytes;

    private Spool(Path folder, long maxBytes, FileChannel lock, FileChannel head) {
        this.folder = folder;
        this.maxBytes = maxBytes;
        this.lock = lock;
        this.head = head;
    }

    /**
     * Opens a spool with what lies in it.
     *
     * @param folder is made if it is missing
     * @param maxBytes of all segments
     * @throws IOException if it cannot be read or written, or another process has it open
     */
    static Spool open(Path folder, long maxBytes) throws IOException {
        Files.createDirectories(folder);
        FileChannel lock = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            requireLock(lock, folder);
            FileChannel head = FileChannel.open(
                    folder.resolve(HEAD), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            Spool spool = new Spool(folder, maxBytes, lock, head);
            spool.openSegments();
            return spool;
        } catch (IOException e) {
            lock.close();
            throw e;
        }
    }

    private static void requireLock(FileChannel channel, Path folder) throws IOException {
        FileLock found;
        try {
            found = channel.tryLock(); // lives as long as its channel
        } catch (OverlappingFileLockException e) {
            found = null;
        }
        if (found == null) {
            throw new IOException("The spool in " + folder.toAbsolutePath()
                    + " is in use by another process: give each its own capture.spoolDirectory");
        }
    }

    private void openSegments() throws IOException {
        List<Long> numbers;
        try (Stream<Path> files = Files.list(folder)) {
            numbers = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("[0-9]{19}\\" + SpoolSegment.SUFFIX))
                    .map(name -> Long.valueOf(name.substring(0, name.length() - SpoolSegment.SUFFIX.length())))
                    .sorted()
                    .toList();
        }
        for (long number : numbers) {
            segments.add(SpoolSegment.open(folder, number));
        }
        readHead();
        dropFinished();
        writeHead(); // what it said may be of a segment that is gone, whose number another will have
        update();
    }

    /** The head of a segment that is no longer there, or of one that lost its end, says nothing. */
    private void readHead() throws IOException {
        ByteBuffer found = ByteBuffer.allocate(2 * Long.BYTES);
        if (head.read(found, 0) == found.capacity() && !segments.isEmpty()) {
            found.flip();
            boolean isFirst = found.getLong() == segments.getFirst().number();
            long position = found.getLong();
            headPosition = isFirst && position <= segments.getFirst().end() ? position : 0;
        }
    }

    private void writeHead() throws IOException {
        long number = segments.isEmpty() ? 0 : segments.getFirst().number();
        head.write(
                ByteBuffer.allocate(2 * Long.BYTES)
                        .putLong(number)
                        .putLong(headPosition)
                        .flip(),
                0);
    }

    boolean isEmpty() {
        return segments.isEmpty();
    }

    /** Bytes on disk. Any thread. */
    long bytes() {
        return bytes;
    }

    /**
     * Appends a payload, which is not empty.
     *
     * @return whether there was room for it
     * @throws IOException if the disk fails or is full; the spool is as it was
     */
    boolean append(byte[] payload) throws IOException {
        if (bytes + SpoolSegment.OVERHEAD + payload.length > maxBytes) {
            return false;
        }
        if (segments.isEmpty() || segments.getLast().end() >= maxBytes / SEGMENTS) {
            long number = segments.isEmpty() ? 1 : segments.getLast().number() + 1;
            segments.add(SpoolSegment.open(folder, number));
        }
        segments.getLast().append(payload);
        update();
        return true;
    }

    /** The first payloads, at least one if there is any, and no more than so many bytes beyond that. */
    Batch first(long most) throws IOException {
        List<byte[]> payloads = new ArrayList<>();
        long next = headPosition;
        if (!segments.isEmpty()) {
            Optional<SpoolSegment.Frame> frame = segments.getFirst().read(next);
            while (frame.isPresent() && (payloads.isEmpty() || frame.get().next() - headPosition <= most)) {
                payloads.add(frame.get().payload());
                next = frame.get().next();
                frame = segments.getFirst().read(next);
            }
        }
        return new Batch(payloads, next);
    }

    /** Removes what {@link #first} has given. */
    void remove(Batch batch) throws IOException {
        headPosition = batch.next();
        dropFinished();
        writeHead();
        update();
    }

    private void dropFinished() throws IOException {
        while (!segments.isEmpty() && headPosition >= segments.getFirst().end()) {
            segments.removeFirst().delete();
            headPosition = 0;
        }
    }

    private void update() {
        bytes = segments.stream().mapToLong(SpoolSegment::end).sum();
    }

    @Override
    public void close() throws IOException {
        for (SpoolSegment segment : segments) {
            segment.close();
        }
        head.close();
        lock.close();
    }
}

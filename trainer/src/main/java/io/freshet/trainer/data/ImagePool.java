package io.freshet.trainer.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Images of one size, packed as models take them, {@code [height, width, channels] uint8}. Grows by appending; reading
 * is thread safe once it no longer grows.
 *
 * <p>With a folder for what is too much, only the first {@value #HEAP_BYTES} bytes lie on the heap, and the rest in a file
 * that is mapped into memory: the system keeps of it there what it has room for. The file has no name from the start, so
 * nobody else can open it and nothing is left of it when the process ends; its space comes back when the pool is collected.
 */
public final class ImagePool {

    static final int HEAP_BYTES = 128 << 20;

    private static final int CHUNK_BYTES = 4 << 20;

    private final int imageSize;
    private final int chunkImages;
    private final Optional<Path> overflow;
    private final List<ByteBuffer> chunks = new ArrayList<>();
    private @Nullable FileChannel file;
    private int size;

    /**
     * A pool on the heap.
     *
     * @param imageSize bytes of an image
     */
    public ImagePool(int imageSize) {
        this(imageSize, Optional.empty());
    }

    /** @param overflow folder on a disk with room for what is too much for the heap; empty to keep all there */
    public ImagePool(int imageSize, Optional<Path> overflow) {
        this.imageSize = imageSize;
        this.chunkImages = Math.max(1, CHUNK_BYTES / imageSize);
        this.overflow = overflow;
    }

    /**
     * Appends an image, copied.
     *
     * @throws UncheckedIOException if there is no room for it on the disk
     */
    public void add(byte[] image) {
        if (image.length != imageSize) {
            throw new IllegalArgumentException("An image takes " + imageSize + " bytes, not " + image.length);
        }
        if (size % chunkImages == 0) {
            chunks.add(newChunk());
        }
        chunks.getLast().put(size % chunkImages * imageSize, image);
        size++;
    }

    private ByteBuffer newChunk() {
        int bytes = chunkImages * imageSize;
        long before = (long) chunks.size() * bytes;
        if (overflow.isEmpty() || before + bytes <= HEAP_BYTES) {
            return ByteBuffer.allocate(bytes);
        }
        try {
            FileChannel opened = file == null ? open(overflow.get()) : file;
            file = opened;
            long end = opened.size();
            // Written, not only mapped: a disk that is full says so here, and not by killing the process later.
            ByteBuffer zeros = ByteBuffer.allocate(bytes);
            while (zeros.hasRemaining()) {
                opened.write(zeros, end + zeros.position());
            }
            return opened.map(FileChannel.MapMode.READ_WRITE, end, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "There is no room for " + before + " bytes of images in " + overflow.get(), e);
        }
    }

    private static FileChannel open(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path name = Files.createTempFile(folder, "images-", ".tmp");
        try {
            return FileChannel.open(name, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } finally {
            Files.delete(name);
        }
    }

    /** Forgets the images in all places but those; the others move up, in their order. Asked of each place once. */
    public void retain(IntPredicate places) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (places.test(i)) {
                if (kept < i) {
                    chunks.get(kept / chunkImages)
                            .put(
                                    kept % chunkImages * imageSize,
                                    chunks.get(i / chunkImages),
                                    i % chunkImages * imageSize,
                                    imageSize);
                }
                kept++;
            }
        }
        size = kept;
        while (chunks.size() > Math.ceilDiv(size, chunkImages)) {
            chunks.removeLast();
        }
    }

    /** How many images there are. */
    public int size() {
        return size;
    }

    /** Bytes of an image. */
    public int imageSize() {
        return imageSize;
    }

    /** Writes an image into a buffer, from its position on. */
    public void copyTo(int index, ByteBuffer target) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException(index);
        }
        int position = target.position();
        target.put(position, chunks.get(index / chunkImages), index % chunkImages * imageSize, imageSize);
        target.position(position + imageSize);
    }

    /** An image, a copy. */
    public byte[] get(int index) {
        byte[] image = new byte[imageSize];
        copyTo(index, ByteBuffer.wrap(image));
        return image;
    }
}

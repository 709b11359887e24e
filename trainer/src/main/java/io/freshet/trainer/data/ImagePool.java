package io.freshet.trainer.data;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Images of one size, packed as models take them, {@code [height, width, channels] uint8}. Grows by appending; reading
 * is thread safe once it no longer grows.
 */
public final class ImagePool {

    private static final int CHUNK_BYTES = 4 << 20;

    private final int imageSize;
    private final int chunkImages;
    private final List<byte[]> chunks = new ArrayList<>();
    private int size;

    /** @param imageSize bytes of an image */
    public ImagePool(int imageSize) {
        this.imageSize = imageSize;
        this.chunkImages = Math.max(1, CHUNK_BYTES / imageSize);
    }

    /** Appends an image, copied. */
    public void add(byte[] image) {
        if (image.length != imageSize) {
            throw new IllegalArgumentException("An image takes " + imageSize + " bytes, not " + image.length);
        }
        if (size % chunkImages == 0) {
            chunks.add(new byte[chunkImages * imageSize]);
        }
        System.arraycopy(image, 0, chunks.getLast(), size % chunkImages * imageSize, imageSize);
        size++;
    }

    /** Forgets the images in all places but those; the others move up, in their order. Asked of each place once. */
    public void retain(IntPredicate places) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (places.test(i)) {
                System.arraycopy(
                        chunks.get(i / chunkImages),
                        i % chunkImages * imageSize,
                        chunks.get(kept / chunkImages),
                        kept % chunkImages * imageSize,
                        imageSize);
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
        target.put(chunks.get(index / chunkImages), index % chunkImages * imageSize, imageSize);
    }

    /** An image, a copy. */
    public byte[] get(int index) {
        byte[] image = new byte[imageSize];
        copyTo(index, ByteBuffer.wrap(image));
        return image;
    }
}

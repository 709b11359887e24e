package io.freshet.protocol.image;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What of an image stays when it is encoded again, resized, or cropped a little: a hash that finds candidates by Hamming
 * distance, and a small picture that decides about them. Immutable.
 *
 * <p>The hash has a bit for each of the lowest frequencies of a two-dimensional cosine transform of 32x32 pixels, of
 * luminance and of the two differences of colour: whether its coefficient is positive. What a crop of one in twenty moves
 * is mostly the phase of higher frequencies. The picture of 16x16 gray pixels is laid over the other one, moved and
 * stretched until it fits best (Lucas and Kanade, 1981), and compared.
 */
public final class Fingerprint {

    /** Bytes of the serialized form. */
    public static final int BYTES = Long.BYTES + Thumbnail.BYTES;

    /**
     * Copies lie within this distance: of 3,000 copies of CIFAR-10's images, cropped to .95 of each side at a corner, 96
     * in 100 do, and more of any kinder kind.
     */
    public static final int MAX_DISTANCE = 12;

    /** Into so many cells the hashes fall: copies of an image lie in its own, or in one that it names. */
    public static final int CELLS = FrequencyHash.CELLS;

    private final long hash;
    private final Thumbnail thumbnail;

    private Fingerprint(long hash, Thumbnail thumbnail) {
        this.hash = hash;
        this.thumbnail = thumbnail;
    }

    /** A fingerprint, and where its image's copies lie: 0 to {@link #CELLS} - 1 each, its own cell first. */
    public record Located(Fingerprint fingerprint, List<Integer> cells) {

        public Located {
            cells = List.copyOf(cells);
        }
    }

    public static Fingerprint of(PixelImage image) {
        return locate(image).fingerprint();
    }

    public static Located locate(PixelImage image) {
        PixelImage small = Resampler.shrink(image, FrequencyHash.SIDE);
        FrequencyHash frequencies = FrequencyHash.of(small);
        long bits = frequencies.bits();
        List<Integer> cells = IntStream.concat(
                        IntStream.of(FrequencyHash.cell(bits)), IntStream.of(frequencies.otherCells()))
                .boxed()
                .toList();
        return new Located(new Fingerprint(bits, Thumbnail.of(small)), cells);
    }

    /** @throws IllegalArgumentException if these are not {@value #BYTES} bytes */
    public static Fingerprint ofBytes(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("A fingerprint has " + BYTES + " bytes, not " + bytes.length);
        }
        return new Fingerprint(
                ByteBuffer.wrap(bytes).getLong(), new Thumbnail(Arrays.copyOfRange(bytes, Long.BYTES, BYTES)));
    }

    public byte[] bytes() {
        return ByteBuffer.allocate(BYTES).putLong(hash).put(thumbnail.pixels()).array();
    }

    /** As many bits as {@link FrequencyHash} has; the others are 0. */
    public long hash() {
        return hash;
    }

    /** Bits in which the hashes differ. */
    public int distance(Fingerprint other) {
        return Long.bitCount(hash ^ other.hash);
    }

    /** Whether one image is a copy of the other, as far as can be seen. Symmetric. */
    public boolean isNear(Fingerprint other) {
        return distance(other) <= MAX_DISTANCE && looksLike(other);
    }

    /** Whether the pictures show the same, whatever the hashes say. */
    public boolean looksLike(Fingerprint other) {
        return Alignment.areSame(thumbnail, other.thumbnail) || Alignment.areSame(other.thumbnail, thumbnail);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Fingerprint that && hash == that.hash && thumbnail.equals(that.thumbnail);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(hash);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "Fingerprint[%014x]", hash);
    }
}

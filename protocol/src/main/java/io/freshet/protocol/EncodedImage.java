package io.freshet.protocol;

import java.util.Arrays;

/** The bytes of an image file. Equal if the bytes are; the array that goes in belongs to it. */
public final class EncodedImage {

    private final byte[] bytes;

    /** @param bytes not copied, so not to be changed afterwards */
    public EncodedImage(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The bytes themselves, not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    public int size() {
        return bytes.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EncodedImage image && Arrays.equals(bytes, image.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "EncodedImage[" + bytes.length + " bytes]";
    }
}

package io.freshet.protocol.tfrecord;

import java.util.zip.CRC32C;

/** The checksum of TFRecord: CRC-32C, turned and moved, so that a checksum over checksums stays one. */
final class MaskedCrc {

    private static final int DELTA = 0xa282ead8;
    private static final int TURN = 15;

    private MaskedCrc() {}

    static int of(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length);
        return Integer.rotateRight((int) crc.getValue(), TURN) + DELTA;
    }
}

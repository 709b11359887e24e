package io.freshet.protocol.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Adds rows of bytes up, eight bytes at a time: the even ones of a long are four sums of 16 bits in another, the odd ones
 * in a third. Ten times as fast as a byte at a time, and each image of the traffic is summed up once.
 */
final class RowSums {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EVEN = 0x00ff_00ff_00ff_00ffL;

    /** So many rows do not overflow 16 bits. */
    private static final int MOST_ROWS = 256;

    private RowSums() {}

    /**
     * The sums of the columns of some rows.
     *
     * @param bytes {@code [rows, stride] uint8}
     */
    static int[] of(byte[] bytes, int stride, int from, int to) {
        int[] sums = new int[stride];
        for (int row = from; row < to; row += MOST_ROWS) {
            add(bytes, stride, row, Math.min(to, row + MOST_ROWS), sums);
        }
        return sums;
    }

    private static void add(byte[] bytes, int stride, int from, int to, int[] sums) {
        long[] even = new long[stride / Long.BYTES];
        long[] odd = new long[even.length];
        for (int row = from; row < to; row++) {
            int at = row * stride;
            for (int i = 0; i < even.length; i++) {
                long eight = (long) LONGS.get(bytes, at + Long.BYTES * i);
                even[i] += eight & EVEN;
                odd[i] += eight >>> Byte.SIZE & EVEN;
            }
            for (int i = even.length * Long.BYTES; i < stride; i++) {
                sums[i] += bytes[at + i] & 0xff;
            }
        }
        for (int i = 0; i < even.length; i++) {
            for (int j = 0; j < Long.BYTES; j += 2) {
                int lane = Byte.SIZE * j;
                sums[Long.BYTES * i + j] += (int) (even[i] >>> lane & 0xffff);
                sums[Long.BYTES * i + j + 1] += (int) (odd[i] >>> lane & 0xffff);
            }
        }
    }
}

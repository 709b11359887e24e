package io.freshet.protocol.image;

/**
 * What a JPEG says before its pixels.
 *
 * @param components 1 for gray, 3 for colours, 4 for CMYK and YCCK; 0 if it does not say
 * @param adobeTransform of Adobe's segment: 0 for CMYK, 2 for YCCK; -1 without one
 */
record JpegHeader(int components, int adobeTransform) {

    private static final int ADOBE = 0xee;
    private static final int SCAN = 0xda;

    static JpegHeader of(byte[] jpeg) {
        int components = 0;
        int transform = -1;
        for (long at = 2; Bytes.has(jpeg, at, 4) && (jpeg[(int) at] & 0xff) == 0xff; ) {
            int marker = jpeg[(int) at + 1] & 0xff;
            if (marker == 0xff) { // a fill byte
                at++;
                continue;
            }
            if (marker == SCAN) {
                break;
            }
            if (isFrame(marker) && Bytes.has(jpeg, at, 10)) {
                components = jpeg[(int) at + 9] & 0xff;
            }
            if (marker == ADOBE && Bytes.says(jpeg, at + 4, "Adobe") && Bytes.has(jpeg, at, 16)) {
                transform = jpeg[(int) at + 15] & 0xff;
            }
            at += 2 + Bytes.bigEndian16(jpeg, at + 2);
        }
        return new JpegHeader(components, transform);
    }

    /** SOF0 to SOF15, but not the three markers among them that begin tables. */
    private static boolean isFrame(int marker) {
        return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }
}

package io.freshet.protocol.image;

/** What came of decoding an image. */
public sealed interface DecodeResult {

    record Decoded(PixelImage image) implements DecodeResult {}

    /** @param detail for people */
    record Refused(Reason reason, String detail) implements DecodeResult {}

    /** Why bytes are not taken for an image. */
    enum Reason {
        /** There are none. */
        EMPTY("empty"),
        /** More bytes than the limit. */
        TOO_MANY_BYTES("too-many-bytes"),
        /** Not one of the formats, by its first bytes. */
        UNKNOWN_FORMAT("unknown-format"),
        /** Wider, higher or of more pixels than the limits, by its header. */
        TOO_LARGE("too-large"),
        /** Not decoded within the time limit. */
        TOO_SLOW("too-slow"),
        /** Of a known format, and broken. */
        UNDECODABLE("undecodable");

        private final String code;

        Reason(String code) {
            this.code = code;
        }

        /** Lower case, with hyphens: for metrics and headers. */
        public String code() {
            return code;
        }
    }
}

package io.freshet.protocol.claim;

import io.freshet.protocol.EncodedImage;

/** What a store has at a reference. */
public sealed interface FetchResult {

    /** The image that the reference is of, byte by byte. */
    record Found(EncodedImage content) implements FetchResult {}

    /** @param detail for people */
    record Refused(Reason reason, String detail) implements FetchResult {}

    /** Why a reference leads to no image. */
    enum Reason {
        /** It has no digest, or names what does not lie in the store. */
        UNUSABLE("reference-unusable"),

        /** Nothing lies there, or no more. */
        MISSING("reference-missing"),

        /** What lies there has another digest. */
        ALTERED("reference-altered"),

        /** What lies there has more bytes than are taken. */
        TOO_LARGE("reference-too-large");

        private final String code;

        Reason(String code) {
            this.code = code;
        }

        /** As in {@code reference-missing}. */
        public String code() {
            return code;
        }
    }
}

package io.freshet.protocol.bundle;

/** What came of looking for a trusted signature on a bundle. */
public sealed interface SignatureResult {

    /** The very files were signed with a trusted key. */
    record SignedBy(KeyId key) implements SignatureResult {}

    record Unsigned() implements SignatureResult {}

    /** The key is none of the trusted ones, so nobody knows whether the signature is right. */
    record UnknownKey(KeyId key) implements SignatureResult {}

    /** @param reason for people */
    record Wrong(String reason) implements SignatureResult {}

    /** For people, as the rest of a sentence on the bundle: {@code signed with ...}. */
    default String describe() {
        return switch (this) {
            case SignedBy signed -> "signed with the trusted key " + signed.key();
            case Unsigned unsigned -> "not signed";
            case UnknownKey unknown -> "signed with key " + unknown.key() + ", which is not among the trusted keys";
            case Wrong wrong -> "signed wrongly: " + wrong.reason();
        };
    }
}

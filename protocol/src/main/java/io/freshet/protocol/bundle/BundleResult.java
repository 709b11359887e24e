package io.freshet.protocol.bundle;

/** What came of opening a bundle. */
public sealed interface BundleResult {

    record Verified(ModelBundle bundle) implements BundleResult {}

    /** @param reason for people */
    record Refused(String reason) implements BundleResult {}
}

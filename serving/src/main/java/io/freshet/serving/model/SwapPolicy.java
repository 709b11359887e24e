package io.freshet.serving.model;

import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.bundle.SignatureResult;
import java.util.Optional;

/**
 * Whether a bundle may take the place of what is in service: it is the one announced, somebody who is trusted signed it
 * where signatures are asked for, and clients will not see anything change but the answers.
 */
final class SwapPolicy {

    private SwapPolicy() {}

    /** Why it may not, for people; empty if it may. */
    static Optional<String> refusal(
            ModelAnnouncement announced, ModelBundle bundle, Optional<ModelDescriptor> inService) {
        ModelDescriptor descriptor = bundle.descriptor();
        if (!bundle.manifestSha256().equals(announced.manifestSha256())) {
            return Optional.of("Its manifest is not the one announced: SHA-256 " + bundle.manifestSha256()
                    + ", and announced was " + announced.manifestSha256());
        }
        if (!descriptor.modelVersion().equals(announced.model())) {
            return Optional.of("The bundle says that it is " + descriptor.modelVersion());
        }
        return inService.flatMap(current -> difference(current, descriptor));
    }

    /** Why a bundle's signature will not do, for people; empty if it will. */
    static Optional<String> refusal(SignatureResult signature) {
        return signature instanceof SignatureResult.SignedBy
                ? Optional.empty()
                : Optional.of("Signatures are asked for, and the bundle is " + signature.describe());
    }

    private static Optional<String> difference(ModelDescriptor current, ModelDescriptor next) {
        if (!current.classes().equals(next.classes())) {
            return Optional.of("Its classes are " + next.classes() + ", and " + current.modelVersion()
                    + ", which is in service, has " + current.classes());
        }
        if (!current.input().equals(next.input())) {
            return Optional.of("It takes images of " + next.input() + ", and " + current.modelVersion()
                    + ", which is in service, takes " + current.input());
        }
        return Optional.empty();
    }
}

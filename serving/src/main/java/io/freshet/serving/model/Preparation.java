package io.freshet.serving.model;

import io.freshet.protocol.bundle.BundleResult;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.bundle.ModelStore;
import io.freshet.protocol.bundle.TrustedKeys;
import io.freshet.serving.batch.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Takes an announced version as far as {@link ServableState.Warmed}: fetch, verify, load, warm. For one thread. */
final class Preparation {

    /** What came of it. */
    sealed interface Result {

        /** The caller closes the network. */
        record Ready(ModelDescriptor descriptor, Network network) implements Result {}

        /** @param reason for people */
        record Refused(String reason) implements Result {}

        /** The bundle could not be copied; another try may do it. */
        record StoreAway(IOException cause) implements Result {}
    }

    private final ModelStore store;
    private final TrustedKeys trusted;
    private final ModelCache cache;
    private final NetworkLoader loader;

    /** @param trusted keys with which bundles must be signed, if there are any */
    Preparation(ModelStore store, TrustedKeys trusted, ModelCache cache, NetworkLoader loader) {
        this.store = store;
        this.trusted = trusted;
        this.cache = cache;
        this.loader = loader;
    }

    /** @param inService what the version would take the place of */
    Result prepare(Servable servable, Optional<ModelDescriptor> inService) {
        Path folder;
        try {
            folder = cache.fetch(servable.announcement(), store);
        } catch (IllegalArgumentException e) {
            return new Result.Refused(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return new Result.StoreAway(e);
        }
        servable.advance(new ServableState.Fetched());
        return switch (open(folder)) {
            case BundleResult.Refused refused -> new Result.Refused(refused.reason());
            case BundleResult.Verified verified ->
                signatureRefusal(verified.bundle())
                        .or(() -> SwapPolicy.refusal(servable.announcement(), verified.bundle(), inService))
                        .<Result>map(Result.Refused::new)
                        .orElseGet(() -> load(servable, verified.bundle()));
        };
    }

    private static BundleResult open(Path folder) {
        try {
            return ModelBundle.open(folder);
        } catch (IOException e) {
            return new BundleResult.Refused("It cannot be read from the cache: " + e);
        }
    }

    private Optional<String> signatureRefusal(ModelBundle bundle) {
        if (trusted.isEmpty()) {
            return Optional.empty();
        }
        try {
            return SwapPolicy.refusal(trusted.verify(bundle));
        } catch (IOException e) {
            return Optional.of("Its signature cannot be read from the cache: " + e);
        }
    }

    private Result load(Servable servable, ModelBundle bundle) {
        servable.advance(new ServableState.Verified());
        return switch (loader.load(bundle)) {
            case NetworkLoader.Result.Refused refused -> new Result.Refused(refused.reason());
            case NetworkLoader.Result.Warmed warmed -> {
                servable.advance(new ServableState.Warmed());
                yield new Result.Ready(bundle.descriptor(), warmed.network());
            }
        };
    }
}

package io.freshet.standalone.service;

import io.freshet.protocol.bundle.FolderModelStore;
import io.freshet.protocol.bundle.ModelStore;
import io.freshet.protocol.claim.ImageStore;
import io.freshet.protocol.claim.ImageStores;
import io.freshet.s3.S3ImageStore;
import io.freshet.s3.S3ModelStore;
import io.freshet.standalone.config.ConfigException;
import io.freshet.standalone.config.FreshetConfig;
import java.net.URI;
import java.nio.file.Path;

/** The stores that the configuration names. */
public final class Stores {

    private static final String S3 = "s3:";

    private Stores() {}

    /**
     * Opens it, for as long as the process lives; whether it can be reached is seen when it is used.
     *
     * @throws ConfigException if it is on S3, and neither the location nor the environment says where
     */
    public static ModelStore open(FreshetConfig config) {
        if (!config.storedOnS3()) {
            return new FolderModelStore(Path.of(config.store()));
        }
        try {
            return S3ModelStore.open(URI.create(config.store()));
        } catch (IllegalArgumentException e) {
            throw new ConfigException("The model store cannot be opened: " + e.getMessage(), e);
        }
    }

    /**
     * Opens an image store, for as long as the process lives; whether it can be reached is seen when it is used.
     *
     * @param location a folder, or {@code s3://BUCKET/PREFIX}
     * @throws ConfigException if it is neither, or is on S3, and the environment does not say where
     */
    public static ImageStore openImages(String location) {
        try {
            return location.startsWith(S3)
                    ? S3ImageStore.open(URI.create(location))
                    : ImageStores.folders().open(location);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("The image store cannot be opened: " + e.getMessage(), e);
        }
    }
}

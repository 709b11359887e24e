package io.freshet.protocol.claim;

import java.nio.file.Path;

/** Opens the image store that a configuration names; whether it can be reached is seen when it is used. */
@FunctionalInterface
public interface ImageStores {

    /** @throws RuntimeException if the location is none, or what is needed to reach it is not configured */
    ImageStore open(String location);

    /** Those that are folders. */
    static ImageStores folders() {
        return location -> {
            if (location.contains("://")) {
                throw new IllegalArgumentException("An image store is a folder or s3://BUCKET/PREFIX, not " + location);
            }
            return new FolderImageStore(Path.of(location));
        };
    }
}

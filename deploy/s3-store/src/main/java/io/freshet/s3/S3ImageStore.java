package io.freshet.s3;

import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.Erasure;
import io.freshet.protocol.claim.FetchResult;
import io.freshet.protocol.claim.FetchResult.Reason;
import io.freshet.protocol.claim.ImageLocation;
import io.freshet.protocol.claim.ImageReference;
import io.freshet.protocol.claim.ImageStore;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A store in a bucket, under a prefix, with an object for each image ({@link ImageLocation}). All that lies under the prefix
 * is the store's, and is deleted when its time is over.
 *
 * <p>References come from strangers. One is taken only if it is a plain path below the prefix, or {@code
 * s3://BUCKET/PREFIX/...} of this store.
 *
 * <p>Credentials, region and endpoint are the SDK's to find, as for the {@link S3ModelStore}. Thread safe. The caller closes
 * it.
 */
public final class S3ImageStore implements ImageStore, AutoCloseable {

    /** For an image, from the request to its last byte. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final S3Client s3;
    private final Bucket bucket;
    private final String root;

    /** @param s3 belongs to the store from now on */
    S3ImageStore(S3Client s3, String bucket, String prefix) {
        this.s3 = s3;
        this.bucket = new Bucket(s3, bucket, prefix);
        this.root = this.bucket.describe("");
    }

    /**
     * Opens a store; whether it can be reached is seen when it is used.
     *
     * @param location {@code s3://BUCKET/PREFIX}
     * @throws IllegalArgumentException if it is not of that form, or no region is configured
     */
    public static S3ImageStore open(URI location) {
        String name = Clients.bucket(location);
        if (location.getPath().replace("/", "").isEmpty()) {
            throw new IllegalArgumentException(
                    "An image store on S3 is s3://BUCKET/PREFIX, with a prefix, for all that is"
                            + " old under it is deleted; not " + location);
        }
        return new S3ImageStore(Clients.create(location), name, location.getPath());
    }

    @Override
    public ImageReference put(EncodedImage content, String subject) throws IOException {
        String location = ImageLocation.of(content, subject);
        return reaching(() -> {
            // Over one that lies there already: it is as new as the last record that refers to it.
            bucket.put(location, RequestBody.fromBytes(content.bytes()));
            return ImageReference.to(location, content);
        });
    }

    @Override
    public FetchResult fetch(ImageReference reference, int maxBytes) throws IOException {
        Optional<String> key = find(reference.location());
        if (key.isEmpty()) {
            return new FetchResult.Refused(Reason.UNUSABLE, "'" + reference.location() + "' is not in the image store");
        }
        if (reference.sha256().isEmpty()) {
            return new FetchResult.Refused(Reason.UNUSABLE, "The reference has no digest");
        }
        return reaching(() -> {
            try {
                return bucket.read(key.get(), PATIENCE, (response, body) -> read(response, body, reference, maxBytes));
            } catch (NoSuchKeyException e) {
                return new FetchResult.Refused(
                        Reason.MISSING, "'" + reference.location() + "' is not in the image store, or no more");
            }
        });
    }

    private static FetchResult read(
            GetObjectResponse response, AbortableInputStream body, ImageReference reference, int maxBytes)
            throws IOException {
        if (response.contentLength() > maxBytes) {
            body.abort(); // else the rest would be read before the connection is used again
            return new FetchResult.Refused(
                    Reason.TOO_LARGE,
                    response.contentLength() + " bytes in the image store, and at most " + maxBytes + " are taken");
        }
        byte[] bytes = body.readNBytes(maxBytes);
        return reference.isOf(bytes)
                ? new FetchResult.Found(new EncodedImage(bytes))
                : new FetchResult.Refused(
                        Reason.ALTERED, "What lies in the image store has not the digest " + reference.sha256());
    }

    @Override
    public List<String> locations(Erasure.Subject subject) throws IOException {
        return reaching(() -> bucket.list(subject.sha256() + "/").stream()
                .map(object -> bucket.relative(object.key()))
                .sorted()
                .toList());
    }

    @Override
    public boolean delete(String location) throws IOException {
        Optional<String> key = find(location);
        return key.isPresent() && reaching(() -> bucket.delete(key.get()));
    }

    @Override
    public int deleteOlderThan(Instant time) throws IOException {
        return reaching(() -> {
            int deleted = 0;
            for (S3Object object : bucket.list("")) {
                if (object.lastModified().isBefore(time)) {
                    bucket.remove(object.key());
                    deleted++;
                }
            }
            return deleted;
        });
    }

    /** Where a location leads, without the prefix; empty if it is none of this store's. */
    private Optional<String> find(String location) {
        String path = location.startsWith(root) ? location.substring(root.length()) : location;
        try {
            URI uri = new URI(path); // which decodes no more than a folder's store does
            boolean isPlain = uri.getScheme() == null
                    && uri.getRawAuthority() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && ImageLocation.isPlain(List.of(uri.getPath().split("/", -1)));
            return isPlain ? Optional.of(uri.getPath()) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    /** What the bucket refuses and what the network does are for the caller the same: the store cannot be used. */
    private <T> T reaching(Supplier<T> request) throws IOException {
        try {
            return request.get();
        } catch (SdkException e) {
            throw new IOException("The " + this + " does not answer as it should: " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return "image store in " + root;
    }

    @Override
    public void close() {
        s3.close();
    }
}

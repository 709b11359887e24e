package io.freshet.s3;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/** What lies in a bucket under a prefix. All throw {@code SdkException} where the bucket cannot be reached or refuses. */
final class Bucket {

    private final S3Client s3;
    private final String name;
    private final String prefix;

    /** @param prefix slashes around it do not matter */
    Bucket(S3Client s3, String name, String prefix) {
        this.s3 = s3;
        this.name = name;
        String trimmed = prefix.replaceAll("^/+|/+$", "");
        this.prefix = trimmed.isEmpty() ? "" : trimmed + "/";
    }

    void put(String key, RequestBody body) {
        s3.putObject(request -> request.bucket(name).key(prefix + key), body);
    }

    /** Refused by the bucket, with the status 412, if there is one; 409 if another is being written just now. */
    void putIfAbsent(String key, RequestBody body) {
        s3.putObject(request -> request.bucket(name).key(prefix + key).ifNoneMatch("*"), body);
    }

    /** @throws software.amazon.awssdk.services.s3.model.NoSuchKeyException if there is none */
    byte[] read(String key) {
        return s3.getObjectAsBytes(request -> request.bucket(name).key(prefix + key))
                .asByteArray();
    }

    /**
     * Reads an object as the transformer says, which must not take longer.
     *
     * @throws software.amazon.awssdk.services.s3.model.NoSuchKeyException if there is none
     */
    <T> T read(String key, Duration timeout, ResponseTransformer<GetObjectResponse, T> transformer) {
        return s3.getObject(
                request -> request.bucket(name)
                        .key(prefix + key)
                        .overrideConfiguration(settings -> settings.apiCallTimeout(timeout)),
                transformer);
    }

    /** Whether there was one. */
    boolean delete(String key) {
        try {
            s3.headObject(request -> request.bucket(name).key(prefix + key)); // to delete what is not there is no error
        } catch (NoSuchKeyException e) {
            return false;
        }
        remove(prefix + key);
        return true;
    }

    /** @param fullKey as {@link #list} gives it */
    void remove(String fullKey) {
        s3.deleteObject(request -> request.bucket(name).key(fullKey));
    }

    /** @param fullKey as {@link #list} gives it */
    void get(String fullKey, Path file) {
        s3.getObject(request -> request.bucket(name).key(fullKey), file);
    }

    /** All objects whose key begins so, with their full keys. */
    List<S3Object> list(String key) {
        return s3.listObjectsV2Paginator(request -> request.bucket(name).prefix(prefix + key)).contents().stream()
                .toList();
    }

    /** What stands between the prefix and the next slash. */
    List<CommonPrefix> folders() {
        return s3
                .listObjectsV2Paginator(
                        request -> request.bucket(name).prefix(prefix).delimiter("/"))
                .commonPrefixes()
                .stream()
                .toList();
    }

    void deleteAll(String key) {
        list(key).forEach(object -> remove(object.key()));
    }

    /** A full key without the prefix. */
    String relative(String fullKey) {
        return fullKey.substring(prefix.length());
    }

    String describe(String key) {
        return "s3://" + name + "/" + prefix + key;
    }
}

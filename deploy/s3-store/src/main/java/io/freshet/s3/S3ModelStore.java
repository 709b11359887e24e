package io.freshet.s3;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.bundle.ModelStore;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A store in a bucket, under a prefix. A rename, by which a folder makes a bundle appear whole, is what S3 lacks; so the
 * files go where nobody looks, and one small object, written last and only if there is none, says where they are:
 *
 * <pre>
 * MODEL/uploads/UPLOAD/...     the files of a bundle, of which none is ever overwritten
 * MODEL/versions/VERSION       the name of the upload that is this version
 * </pre>
 *
 * <p>Of two trainers that put the same version, the second is refused by the bucket (a conditional write, {@code
 * If-None-Match: *}), and deletes what it has uploaded. What a trainer leaves that dies while it uploads is never read.
 *
 * <p>Credentials, region and endpoint are the SDK's to find ({@code AWS_ACCESS_KEY_ID}, {@code AWS_REGION}, {@code
 * AWS_ENDPOINT_URL_S3}, a pod's role, a profile). Thread safe. The caller closes it.
 */
public final class S3ModelStore implements ModelStore, AutoCloseable {

    private static final Pattern LOCATION = Pattern.compile("([^/]+)/([1-9][0-9]{0,17})");
    private static final int PRECONDITION_FAILED = 412;
    private static final int CONFLICT = 409;

    private final S3Client s3;
    private final Bucket bucket;

    /** @param s3 belongs to the store from now on */
    S3ModelStore(S3Client s3, String bucket, String prefix) {
        this.s3 = s3;
        this.bucket = new Bucket(s3, bucket, prefix);
    }

    /**
     * Opens a store; whether it can be reached is seen when it is used.
     *
     * @param location {@code s3://BUCKET} or {@code s3://BUCKET/PREFIX}
     * @throws IllegalArgumentException if it is not of that form, or no region is configured
     */
    public static S3ModelStore open(URI location) {
        String name = Clients.bucket(location);
        return new S3ModelStore(Clients.create(location), name, location.getPath());
    }

    @Override
    public URI put(ModelVersion version, Path bundle) throws IOException {
        String upload = UUID.randomUUID().toString();
        return reaching(() -> {
            try {
                upload(bundle, uploads(version.model(), upload));
                bucket.putIfAbsent(key(version), RequestBody.fromString(upload));
                return locate(version);
            } catch (S3Exception e) {
                bucket.deleteAll(uploads(version.model(), upload));
                if (e.statusCode() == PRECONDITION_FAILED || e.statusCode() == CONFLICT) {
                    throw new FileAlreadyExistsException(
                            bucket.describe(key(version)), null, version + " is in the store already");
                }
                throw e;
            }
        });
    }

    private void upload(Path bundle, String target) throws IOException {
        try (Stream<Path> walk = Files.walk(bundle)) {
            for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
                String name = bundle.relativize(file).toString().replace('\\', '/');
                bucket.put(target + name, RequestBody.fromFile(file));
            }
        }
    }

    @Override
    public void fetch(URI location, Path target) throws IOException {
        ModelVersion version = parse(location);
        reaching(() -> {
            String folder = uploads(version.model(), requireUpload(version));
            Path root = target.toAbsolutePath().normalize();
            for (S3Object object : bucket.list(folder)) {
                Path file = root.resolve(bucket.relative(object.key()).substring(folder.length()))
                        .normalize();
                if (!file.startsWith(root)) {
                    throw new IOException("In the store there is a file that lies outside its bundle: " + object.key());
                }
                Files.createDirectories(file.getParent());
                bucket.get(object.key(), file);
            }
            return target;
        });
    }

    @Override
    public URI locate(ModelVersion version) {
        return URI.create(version.model() + "/" + version.version());
    }

    @Override
    public Optional<ModelDescriptor> describe(ModelVersion version) throws IOException {
        return reaching(() -> {
            Optional<String> upload = upload(version);
            if (upload.isEmpty()) {
                return Optional.empty();
            }
            String descriptor = uploads(version.model(), upload.get()) + ModelBundle.DESCRIPTOR;
            return Optional.of(ModelBundle.parseDescriptor(bucket.read(descriptor)));
        });
    }

    @Override
    public List<ModelVersion> versions(String model) throws IOException {
        String folder = ModelVersion.requireName(model) + "/versions/";
        return reaching(() -> bucket.list(folder).stream()
                .map(object -> bucket.relative(object.key()).substring(folder.length()))
                .filter(name -> name.matches("[1-9][0-9]{0,17}"))
                .map(name -> new ModelVersion(model, Long.parseLong(name)))
                .sorted()
                .toList());
    }

    @Override
    public List<String> models() throws IOException {
        return reaching(() -> bucket.folders().stream()
                .map(CommonPrefix::prefix)
                .map(bucket::relative)
                .map(folder -> folder.substring(0, folder.length() - 1))
                .sorted()
                .toList());
    }

    private String requireUpload(ModelVersion version) throws NoSuchFileException {
        return upload(version).orElseThrow(() -> new NoSuchFileException(bucket.describe(key(version))));
    }

    private Optional<String> upload(ModelVersion version) {
        try {
            return Optional.of(new String(bucket.read(key(version)), StandardCharsets.UTF_8));
        } catch (NoSuchKeyException e) {
            return Optional.empty();
        }
    }

    private static String key(ModelVersion version) {
        return version.model() + "/versions/" + version.version();
    }

    private static String uploads(String model, String upload) {
        return model + "/uploads/" + upload + "/";
    }

    private ModelVersion parse(URI location) {
        Matcher matcher = LOCATION.matcher(location.toString());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("The location " + location + " lies outside the " + this);
        }
        return new ModelVersion(matcher.group(1), Long.parseLong(matcher.group(2)));
    }

    @FunctionalInterface
    private interface Request<T> {
        T send() throws IOException;
    }

    /** What the bucket refuses and what the network does are for the caller the same: the store cannot be used. */
    private <T> T reaching(Request<T> request) throws IOException {
        try {
            return request.send();
        } catch (SdkException e) {
            throw new IOException("The " + this + " does not answer as it should: " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return "model store in " + bucket.describe("");
    }

    @Override
    public void close() {
        s3.close();
    }
}

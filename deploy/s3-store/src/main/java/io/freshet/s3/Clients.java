package io.freshet.s3;

import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;

/** Clients of S3 as the environment says. */
final class Clients {

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration READ = Duration.ofSeconds(30);
    private static final Duration ATTEMPTS = Duration.ofMinutes(2);

    private Clients() {}

    /**
     * The bucket of a location.
     *
     * @throws IllegalArgumentException if that is not {@code s3://BUCKET} or {@code s3://BUCKET/PREFIX}
     */
    static String bucket(URI location) {
        String name = location.getHost();
        if (!"s3".equals(location.getScheme()) || name == null || location.getQuery() != null) {
            throw new IllegalArgumentException("A store on S3 is s3://BUCKET or s3://BUCKET/PREFIX, not " + location);
        }
        return name;
    }

    /**
     * A client for a location; the caller closes it.
     *
     * @throws IllegalArgumentException if no region is configured
     */
    static S3Client create(URI location) {
        try {
            return create();
        } catch (SdkException e) {
            // Nothing has been sent yet: what can be amiss is what the SDK looks for in the environment.
            throw new IllegalArgumentException(
                    location + " has no region: AWS_REGION names one, and AWS_ENDPOINT_URL_S3 a server that is not"
                            + " Amazon's",
                    e);
        }
    }

    private static S3Client create() {
        return S3Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT)
                        .socketTimeout(READ))
                .overrideConfiguration(settings -> settings.apiCallTimeout(ATTEMPTS))
                // Servers that are not Amazon's seldom have a name for each bucket.
                .forcePathStyle(
                        System.getenv("AWS_ENDPOINT_URL_S3") != null || System.getenv("AWS_ENDPOINT_URL") != null)
                .build();
    }
}

package io.freshet.s3;

import java.time.Duration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;

/** Clients of S3 as the environment says. */
final class Clients {

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration READ = Duration.ofSeconds(30);
    private static final Duration ATTEMPTS = Duration.ofMinutes(2);

    private Clients() {}

    /** The caller closes it. */
    static S3Client create() {
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

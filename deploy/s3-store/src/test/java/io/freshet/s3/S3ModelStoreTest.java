package io.freshet.s3;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class S3ModelStoreTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"s3:///prefix", "s3:bucket", "https://bucket/prefix", "s3://bucket/prefix?region=us-east-1"})
    void aLocationThatNamesNoBucketIsRefusedWithTheFormThatIsWanted(String location) {
        assertThatThrownBy(() -> S3ModelStore.open(URI.create(location)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("s3://BUCKET/PREFIX");
    }
}

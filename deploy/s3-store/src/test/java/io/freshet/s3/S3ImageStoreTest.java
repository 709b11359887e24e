package io.freshet.s3;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class S3ImageStoreTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3:///prefix",
                "s3:bucket",
                "https://bucket/prefix",
                "s3://bucket/prefix?region=x",
                "s3://bucket/"
            })
    void aLocationThatNamesNoBucketOrNoPrefixIsRefusedWithTheFormThatIsWanted(String location) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> S3ImageStore.open(URI.create(location)))
                .withMessageContaining("s3://BUCKET/PREFIX");
    }
}

package io.freshet.ingest;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of the whole topology begin with: each test its own, with state of its own. */
@SuppressWarnings("NullAway.Init") // JUnit calls start before each test
abstract class IngestTest {

    @TempDir
    Path folder;

    IngestHarness ingest;

    @BeforeEach
    void start() {
        ingest = new IngestHarness(folder);
    }

    @AfterEach
    void stop() {
        ingest.close();
    }
}

package io.freshet.manifests;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the files lie that are checked. */
final class Repository {

    static final Path ROOT = root();
    static final Path KUBERNETES = ROOT.resolve("deploy/kubernetes");
    static final Path TEST_OVERLAYS = ROOT.resolve("deploy/manifests/src/test/kubernetes");
    static final Path COMPOSE = ROOT.resolve("deploy/compose");

    private Repository() {}

    private static Path root() {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.isRegularFile(folder.resolve("mvnw"))) {
                return folder;
            }
        }
        throw new IllegalStateException("These tests run inside the repository: there is no mvnw above "
                + Path.of("").toAbsolutePath());
    }
}

package io.freshet.protocol.bundle;

import io.freshet.protocol.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The SHA-256 sum of each file of a bundle, in the form that {@code sha256sum --check MANIFEST.sha256} reads. A file
 * that the manifest does not name makes the bundle as wrong as one that is missing; only the signature stands apart.
 */
final class BundleManifest {

    static final String NAME = "MANIFEST.sha256";

    private BundleManifest() {}

    /** Writes the manifest of what the folder holds now; returns the manifest's own sum. */
    static String write(Path folder) throws IOException {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, Path> file : files(folder).entrySet()) {
            text.append(sum(file.getValue())).append("  ").append(file.getKey()).append('\n');
        }
        Files.writeString(folder.resolve(NAME), text);
        return sha256(folder);
    }

    /** The manifest's own sum. */
    static String sha256(Path folder) throws IOException {
        return sum(folder.resolve(NAME));
    }

    /** What is wrong with the folder, by its manifest; empty if nothing is. */
    static Optional<String> check(Path folder) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(folder.resolve(NAME));
        } catch (NoSuchFileException e) {
            return Optional.of("There is no " + NAME);
        }
        SortedMap<String, Path> files = files(folder);
        for (String line : lines) {
            String[] parts = line.split("  ", 2);
            if (parts.length != 2) {
                return Optional.of(NAME + " has a line that is not a sum and a file: " + line);
            }
            Path file = files.remove(parts[1]);
            if (file == null) {
                return Optional.of(parts[1] + " is missing");
            }
            if (!sum(file).equals(parts[0])) {
                return Optional.of(parts[1] + " is not what the manifest says: its SHA-256 differs");
            }
        }
        return files.isEmpty() ? Optional.empty() : Optional.of(files.firstKey() + " is not in the manifest");
    }

    /** All files but the manifest and its signature, by their names from the folder on, with forward slashes. */
    private static SortedMap<String, Path> files(Path folder) throws IOException {
        SortedMap<String, Path> files = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(folder)) {
            List<Path> all = new ArrayList<>(walk.filter(Files::isRegularFile).toList());
            for (Path file : all) {
                files.put(folder.relativize(file).toString().replace('\\', '/'), file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        files.remove(NAME);
        files.remove(BundleSignature.NAME);
        return files;
    }

    private static String sum(Path file) throws IOException {
        MessageDigest sha256 = Sha256.digest();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(sha256.digest());
    }
}

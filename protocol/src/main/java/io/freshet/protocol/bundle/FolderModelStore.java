package io.freshet.protocol.bundle;

import io.freshet.protocol.ModelVersion;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A store in a folder, one that services share over a volume: {@code MODEL/VERSION/} each a bundle, in the layout in
 * which TensorFlow Serving reads models. A bundle appears by a rename, so a reader sees it whole or not at all.
 */
public final class FolderModelStore implements ModelStore {

    private static final String UNFINISHED = ".unfinished-";

    private final Path root;

    /** @param root is made when the first bundle comes */
    public FolderModelStore(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    @Override
    public URI put(ModelVersion version, Path bundle) throws IOException {
        Path target = folder(version);
        Path model = root.resolve(version.model());
        Files.createDirectories(model);
        Path unfinished = Files.createTempDirectory(model, UNFINISHED);
        try {
            FileTree.copy(bundle, unfinished);
            // Renaming onto a folder that holds something fails on every platform: the first one in wins.
            Files.move(unfinished, target);
        } catch (FileSystemException e) {
            if (Files.exists(target)) {
                throw new FileAlreadyExistsException(target.toString(), null, version + " is in the store already");
            }
            throw e;
        } finally {
            FileTree.delete(unfinished);
        }
        return locate(version);
    }

    @Override
    public void fetch(URI location, Path target) throws IOException {
        Path source = root.resolve(location.getPath()).normalize();
        if (location.isAbsolute() || !source.startsWith(root) || source.equals(root)) {
            throw new IllegalArgumentException("The location " + location + " lies outside the store in " + root);
        }
        if (!Files.isDirectory(source)) {
            throw new NoSuchFileException(source.toString());
        }
        FileTree.copy(source, target);
    }

    @Override
    public URI locate(ModelVersion version) {
        return URI.create(version.model() + "/" + version.version());
    }

    @Override
    public Optional<ModelDescriptor> describe(ModelVersion version) throws IOException {
        Path folder = folder(version);
        return Files.isDirectory(folder) ? Optional.of(ModelBundle.readDescriptor(folder)) : Optional.empty();
    }

    @Override
    public List<ModelVersion> versions(String model) throws IOException {
        Path folder = root.resolve(ModelVersion.requireName(model));
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.matches("[1-9][0-9]{0,17}"))
                    .map(name -> new ModelVersion(model, Long.parseLong(name)))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public List<String> models() throws IOException {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(root)) {
            return entries.filter(Files::isDirectory)
                    .map(entry -> entry.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @Override
    public String toString() {
        return "model store in " + root;
    }

    private Path folder(ModelVersion version) {
        return root.resolve(version.model()).resolve(Long.toString(version.version()));
    }
}

package io.freshet.protocol.bundle;

import io.freshet.protocol.ModelVersion;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where bundles lie between the trainer that writes them and the replicas that serve them. Thread safe. */
public interface ModelStore {

    /**
     * Puts a bundle under its version, whole or not at all.
     *
     * @return its location, relative to the store, as announcements carry it
     * @throws java.nio.file.FileAlreadyExistsException if the version is taken: another trainer was first
     * @throws IOException if the store cannot be reached or written
     */
    URI put(ModelVersion version, Path bundle) throws IOException;

    /**
     * Copies a bundle out of the store. It is not verified.
     *
     * @param target a folder that does not exist yet
     * @throws java.nio.file.NoSuchFileException if there is none at that location
     * @throws IllegalArgumentException if the location lies outside the store
     * @throws IOException if the store cannot be reached or read
     */
    void fetch(URI location, Path target) throws IOException;

    /** The location of a version, whether it is there or not. */
    URI locate(ModelVersion version);

    /** What a version's bundle says of itself; empty if the store does not have it. */
    Optional<ModelDescriptor> describe(ModelVersion version) throws IOException;

    /** The versions of a model, lowest first. */
    List<ModelVersion> versions(String model) throws IOException;

    /** The names of the models that have versions. */
    List<String> models() throws IOException;
}

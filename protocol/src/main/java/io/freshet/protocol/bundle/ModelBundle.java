package io.freshet.protocol.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A model on disk, complete and verified: a folder with
 *
 * <ul>
 *   <li>a TensorFlow SavedModel, whose {@code serving_default} takes images and gives {@code probabilities} and the
 *       {@code embedding}; TensorFlow Serving can serve it as it is;
 *   <li>{@code assets.extra/tf_serving_warmup_requests}, {@link WarmupRequests};
 *   <li>{@code model.json}, its {@link ModelDescriptor};
 *   <li>{@code MANIFEST.sha256}, its {@link BundleManifest};
 *   <li>{@code MANIFEST.sha256.sig}, its {@link BundleSignature}, if the trainer signs.
 * </ul>
 *
 * @param manifestSha256 of the manifest file, in hexadecimal: names these very files
 */
public record ModelBundle(Path folder, ModelDescriptor descriptor, String manifestSha256) {

    public static final String DESCRIPTOR = "model.json";

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModules(new Jdk8Module(), new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES) // a later release may say more
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    /**
     * Makes a bundle of a folder that holds a SavedModel: writes {@code model.json}, then the manifest over all.
     *
     * @throws IOException if the folder cannot be read or written
     */
    public static ModelBundle seal(Path folder, ModelDescriptor descriptor) throws IOException {
        Files.write(folder.resolve(DESCRIPTOR), JSON.writeValueAsBytes(descriptor));
        Files.deleteIfExists(folder.resolve(BundleSignature.NAME)); // of what lay here before
        return new ModelBundle(folder, descriptor, BundleManifest.write(folder));
    }

    /**
     * Signs the bundle, which changes none of its other files.
     *
     * @throws IOException if the folder cannot be read or written
     */
    public void sign(SigningKey key) throws IOException {
        BundleSignature.write(folder, key);
    }

    /**
     * Opens a bundle and checks each file against the manifest.
     *
     * @throws IOException if the disk fails; a bundle that is not as it should be is refused instead
     */
    public static BundleResult open(Path folder) throws IOException {
        Optional<String> fault = BundleManifest.check(folder);
        if (fault.isPresent()) {
            return new BundleResult.Refused(fault.get());
        }
        try {
            ModelDescriptor descriptor = readDescriptor(folder);
            if (descriptor.format() != ModelDescriptor.FORMAT) {
                return new BundleResult.Refused("The bundle has format " + descriptor.format() + ", and format "
                        + ModelDescriptor.FORMAT + " is what this version of Freshet reads");
            }
            return new BundleResult.Verified(new ModelBundle(folder, descriptor, BundleManifest.sha256(folder)));
        } catch (JsonProcessingException e) {
            return new BundleResult.Refused(DESCRIPTOR + " cannot be read: " + e.getOriginalMessage());
        }
    }

    /**
     * Reads what a bundle says of itself, and checks nothing.
     *
     * @throws IOException if it cannot be read
     */
    public static ModelDescriptor readDescriptor(Path folder) throws IOException {
        return parseDescriptor(Files.readAllBytes(folder.resolve(DESCRIPTOR)));
    }

    /**
     * Reads a {@value #DESCRIPTOR}, and checks nothing.
     *
     * @throws IOException if it is none
     */
    public static ModelDescriptor parseDescriptor(byte[] json) throws IOException {
        return JSON.readValue(json, ModelDescriptor.class);
    }

    /**
     * The descriptor as {@code model.json} has it, for people to read.
     *
     * @param signature what is known of it, said as its last field
     */
    public static String toJson(ModelDescriptor descriptor, String signature) {
        try {
            ObjectNode tree = JSON.valueToTree(descriptor);
            return JSON.writeValueAsString(tree.put("signature", signature));
        } catch (JsonProcessingException e) {
            throw new AssertionError("Descriptors are plain records", e);
        }
    }
}

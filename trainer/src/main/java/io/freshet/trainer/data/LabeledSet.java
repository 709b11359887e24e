package io.freshet.trainer.data;

import io.freshet.protocol.ImageId;
import io.freshet.protocol.Sha256;
import io.freshet.protocol.bundle.ImageShape;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;

/**
 * What people labeled before the stream began.
 *
 * @param classes names, in the order of their indices
 * @param shape that every image has been brought to
 * @param training images to learn from
 * @param anchor images that only judge, frozen
 */
public record LabeledSet(List<String> classes, ImageShape shape, LabeledImages training, LabeledImages anchor) {

    public LabeledSet {
        classes = List.copyOf(classes);
    }

    /** The same with only those images whose id is chosen. */
    public LabeledSet select(Predicate<ImageId> chosen) {
        return new LabeledSet(classes, shape, training.select(chosen), anchor.select(chosen));
    }

    /** SHA-256 over classes, shape, and both parts' ids and labels in their order, in hexadecimal. */
    public String sha256() {
        MessageDigest sha256 = Sha256.digest();
        sha256.update(String.join("\n", classes).getBytes(StandardCharsets.UTF_8));
        sha256.update(shape.toString().getBytes(StandardCharsets.UTF_8));
        update(sha256, training);
        update(sha256, anchor);
        return HexFormat.of().formatHex(sha256.digest());
    }

    private static void update(MessageDigest sha256, LabeledImages images) {
        for (int i = 0; i < images.size(); i++) {
            ImageId id = images.id(i);
            sha256.update((id.hex() + " " + images.label(i) + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }
}

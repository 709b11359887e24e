package io.freshet.trainer.service;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.trainer.labelling.LabellingConfig;
import io.freshet.trainer.round.RoundConfig;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The trainer's configuration.
 *
 * @param model its name
 * @param labeled a folder with a folder of images for each class
 * @param anchor a folder of the same form whose images only judge; empty to set a share of the labeled ones aside
 * @param anchorShare of the labeled images that only judge, in (0, 1), where there is no anchor folder
 * @param image shape that models take; empty for that of the labeled images
 * @param leaveOutNear whether near copies of images that judge are not learned from, known by the fingerprint that ingest
 *     drops copies by. Where all images look alike to a quick eye, such as gray shapes on black, it leaves out too many
 * @param signingKey file with the private Ed25519 key that bundles are signed with; empty to leave them unsigned
 * @param search whether batch size, learning rate, weight decay, augmentation and steps of the first model are looked for
 *     before it is trained; what {@code rounds.initial} says of these is then where the search begins, and how many steps it
 *     may take. Models that are brought are trained as configured
 * @param work folder for rounds under way; what is in it can be lost, at the cost of doing it again
 */
public record TrainerConfig(
        String model,
        Path labeled,
        Optional<Path> anchor,
        double anchorShare,
        Optional<ImageShape> image,
        boolean leaveOutNear,
        Optional<Path> signingKey,
        Path work,
        TriggerConfig triggers,
        RoundConfig rounds,
        boolean search,
        LabellingConfig labelling) {

    public TrainerConfig {
        ModelVersion.requireName(model);
        if (!(anchorShare > 0 && anchorShare < 1)) {
            throw new IllegalArgumentException("The anchor's share must lie in (0, 1), not at " + anchorShare);
        }
    }

    public static TrainerConfig defaults() {
        return new TrainerConfig(
                "default",
                Path.of("labeled"),
                Optional.empty(),
                .2,
                Optional.empty(),
                true,
                Optional.empty(),
                Path.of("data", "trainer"),
                TriggerConfig.defaults(),
                RoundConfig.defaults(),
                true,
                LabellingConfig.defaults());
    }
}

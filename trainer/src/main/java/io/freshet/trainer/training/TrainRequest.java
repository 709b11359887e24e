package io.freshet.trainer.training;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.OffsetRange;
import io.freshet.protocol.Sha256;
import io.freshet.trainer.architecture.Architecture;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.round.RoundConfig;
import io.freshet.trainer.tuning.SearchBudget;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one call of training is given.
 *
 * @param model its name
 * @param material labeled images with their anchor, which is held out, and unlabeled images; these may be none
 * @param unlabeledOffsets that the material was read from; none if it was not read from Kafka
 * @param labelOffsets likewise
 * @param audit labeled images of the traffic, half of which choose among candidates, and half judge; it may have none
 * @param test images that are asked once, at the end, and choose nothing
 * @param config of supervised training and of rounds; where there is a search, it is where the search begins
 * @param search whether batch size, learning rate, weight decay, augmentation and the number of steps are looked for
 * @param steps of 64 images that a search takes, and a run at the most
 * @param rounds over the unlabeled images, at the most; they end where one does not help
 * @param smallArchitecture what the architecture is compared with
 * @param configuration as the lineage of models shall state it
 * @param folder for all that comes of it
 */
public record TrainRequest(
        String model,
        Material material,
        List<OffsetRange> unlabeledOffsets,
        List<OffsetRange> labelOffsets,
        LabeledImages audit,
        Optional<LabeledImages> test,
        RoundConfig config,
        boolean search,
        int steps,
        int rounds,
        String smallArchitecture,
        Map<String, Object> configuration,
        Path folder) {

    public TrainRequest {
        ModelVersion.requireName(model);
        Architecture.named(config.initialArchitecture());
        Architecture.named(smallArchitecture);
        unlabeledOffsets = List.copyOf(unlabeledOffsets);
        labelOffsets = List.copyOf(labelOffsets);
        configuration = Map.copyOf(configuration);
        if (search) {
            SearchBudget.of(steps); // checks them
        } else if (steps < 1) {
            throw new IllegalArgumentException("A run has at least one step, not " + steps);
        }
        if (rounds < 0) {
            throw new IllegalArgumentException("There are no rounds, or some, not " + rounds);
        }
    }

    /** SHA-256 over what goes into a run, in hexadecimal: one that goes on must have the same. */
    String fingerprint() {
        String all = String.join(
                "\n",
                model,
                material.sha256(),
                audit.ids().toString(),
                test.map(LabeledImages::ids).toString(),
                config.toString(),
                search + " " + steps + " " + rounds + " " + smallArchitecture);
        return Sha256.hex(all.getBytes(StandardCharsets.UTF_8));
    }
}

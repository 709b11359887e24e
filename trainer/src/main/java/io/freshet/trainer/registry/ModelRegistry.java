package io.freshet.trainer.registry;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.Topics;
import io.freshet.protocol.bundle.ModelStore;
import io.freshet.trainer.stream.TopicReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A model's versions: what the store holds, and which of them the announcements say is in service. */
public final class ModelRegistry {

    private final String model;
    private final ModelVersions versions;
    private final TopicReader reader;

    public ModelRegistry(String model, ModelStore store, TopicReader reader) {
        this.model = model;
        this.versions = new ModelVersions(model, store);
        this.reader = reader;
    }

    public ModelVersions versions() {
        return versions;
    }

    /**
     * The last announcement: the version that is in service, or is about to be.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public Optional<ModelAnnouncement> current() throws InterruptedException {
        List<ModelAnnouncement> announcements = new ArrayList<>();
        reader.read(reader.all(Topics.MODELS), record -> {
            if (record.value() != null) {
                announcements.add(Codecs.MODEL_ANNOUNCEMENT.decode(record.value()));
            }
        });
        return announcements.stream()
                .filter(announcement -> announcement.model().model().equals(model))
                .reduce((earlier, later) -> later);
    }
}

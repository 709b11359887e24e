package io.freshet.standalone.erasure;

import io.freshet.protocol.ImageId;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.Topics;
import io.freshet.standalone.lineage.KnownImage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What the topics hold of images that were looked for. Not thread safe. */
public final class Remains {

    private final Map<Topics, Map<String, Integer>> open = new EnumMap<>(Topics.class);
    private final Map<Topics, Integer> waiting = new EnumMap<>(Topics.class);
    private final List<KnownImage> images = new ArrayList<>();
    private final Map<ImageId, List<TopicPosition>> labels = new HashMap<>();
    private final Set<String> files = new TreeSet<>();

    void found(Topics topic, String key) {
        open.computeIfAbsent(topic, none -> new HashMap<>()).merge(key, 1, Integer::sum);
    }

    void found(KnownImage image) {
        images.add(image);
    }

    void foundFile(String location) {
        files.add(location);
    }

    void foundLabel(ImageId id, TopicPosition at) {
        labels.computeIfAbsent(id, none -> new ArrayList<>()).add(at);
    }

    /** A tombstone stands behind what was found of a key before. */
    void erased(Topics topic, String key) {
        Integer records = open.getOrDefault(topic, new HashMap<>()).remove(key);
        if (records != null) {
            waiting.merge(topic, records, Integer::sum);
        }
    }

    /** The keys without a tombstone. */
    public Set<String> open(Topics topic) {
        return new HashSet<>(open.getOrDefault(topic, Map.of()).keySet());
    }

    /** How many records have a tombstone behind them, and lie there until Kafka compacts. */
    public int waiting(Topics topic) {
        return waiting.getOrDefault(topic, 0);
    }

    /** The records of {@code freshet.unlabeled} that are there, with a tombstone or without. */
    public List<KnownImage> images() {
        return List.copyOf(images);
    }

    /** Where files of images lie in the image store, as far as records of {@code freshet.unlabeled} say. */
    public Set<String> files() {
        return Set.copyOf(files);
    }

    /** Where labels of an image lie. */
    public List<TopicPosition> labels(ImageId id) {
        return List.copyOf(labels.getOrDefault(id, List.of()));
    }
}

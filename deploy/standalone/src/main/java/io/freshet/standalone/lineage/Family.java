package io.freshet.standalone.lineage;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.bundle.Lineage;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.trainer.round.Candidate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The versions of one model, with what is known of their rounds: who descends from whom, and who learned from what. Pure.
 */
public final class Family {

    private final List<ModelDescriptor> versions;
    private final Map<String, RoundFacts> rounds;

    /**
     * @param versions of one model, lowest first
     * @param rounds by their ids
     */
    public Family(List<ModelDescriptor> versions, Map<String, RoundFacts> rounds) {
        this.versions = List.copyOf(versions);
        this.rounds = Map.copyOf(rounds);
    }

    public List<ModelDescriptor> versions() {
        return versions;
    }

    public RoundFacts round(ModelDescriptor version) {
        return rounds.getOrDefault(version.lineage().roundId(), RoundFacts.UNKNOWN);
    }

    /** A version and those before it that it descends from, the youngest first; ends where one is not there. */
    public List<ModelDescriptor> descent(long version) {
        List<ModelDescriptor> descent = new ArrayList<>();
        Optional<ModelDescriptor> next = find(version);
        while (next.isPresent()) {
            ModelDescriptor current = next.get();
            descent.add(current);
            // A parent is older: what claims to be its own forebear would have no end.
            next = current.parent().filter(parent -> parent < current.version()).flatMap(this::find);
        }
        return descent;
    }

    /** The same of an image that is not erased. */
    public List<Learner> learners(Collection<KnownImage> image, Collection<TopicPosition> labels) {
        return learners(image, labels, OptionalLong.empty());
    }

    /**
     * The versions that have to do with an image, lowest first.
     *
     * @param image each record of it, one or more
     * @param labels where labels of it lie in {@code freshet.labels}
     * @param erasedAt where its erasure lies in {@code freshet.erasure}; empty if it is not erased
     */
    public List<Learner> learners(
            Collection<KnownImage> image, Collection<TopicPosition> labels, OptionalLong erasedAt) {
        Map<Long, Learner> learners = new HashMap<>();
        List<Learner> inOrder = new ArrayList<>();
        for (ModelDescriptor version : versions) {
            Optional<Use> use = image.stream()
                    .filter(record -> isIn(version.lineage(), record.at()))
                    .map(record -> use(version, record, labels, erasedAt))
                    .reduce((a, b) -> a.compareTo(b) >= 0 ? a : b);
            Optional<ModelVersion> ancestor = version.parent()
                    .flatMap(parent -> Optional.ofNullable(learners.get(parent)))
                    .filter(Learner::holdsTraces)
                    .map(parent -> parent.ancestor().orElse(parent.model()));
            if (use.isPresent() || ancestor.isPresent()) {
                Learner learner =
                        new Learner(version.modelVersion(), use, round(version).labelled(), ancestor);
                learners.put(version.version(), learner);
                inOrder.add(learner);
            }
        }
        return inOrder;
    }

    private Optional<ModelDescriptor> find(long version) {
        return versions.stream()
                .filter(descriptor -> descriptor.version() == version)
                .findFirst();
    }

    private static boolean isIn(Lineage lineage, TopicPosition place) {
        return lineage.unlabeled().stream().anyMatch(range -> range.contains(place));
    }

    private Use use(
            ModelDescriptor version, KnownImage image, Collection<TopicPosition> labels, OptionalLong erasedAt) {
        if (erasedAt.isPresent() && erasedAt.getAsLong() < version.lineage().erasures()) {
            return Use.LEFT_OUT;
        }
        if (image.audit()) {
            return Use.JUDGED;
        }
        boolean labeled = labels.stream()
                .anyMatch(label -> version.lineage().labels().stream().anyMatch(range -> range.contains(label)));
        if (labeled) {
            return Use.LABELED;
        }
        Optional<String> student = round(version).student();
        if (student.filter(Candidate.LABELS.label()::equals).isPresent()) {
            return Use.NONE;
        }
        return student.filter(Candidate.BATCH_NORM.label()::equals).isPresent() ? Use.STATISTICS : Use.UNLABELED;
    }
}

package io.freshet.trainer.analysis;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.freshet.protocol.ImageId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an analysis comes to, for people and programs.
 *
 * @param format of the folder, {@value #FORMAT}
 * @param classes names, in the order of their indices
 * @param images how many, by split
 * @param labels how many labeled images of each class, by its name
 * @param pseudoLabels how many unlabeled images the model takes for each class, by its name
 * @param kept unlabeled images that a round would learn from
 * @param meanConfidence of the pseudo-labels, not sharpened
 * @param suspectedLabels how many labels are under suspicion, by split
 * @param worstLabels those of them whose margin is lowest, the worst first
 * @param outOfDistribution how many images lie beyond the threshold, by split
 * @param threshold distance of embeddings beyond which an image is out of distribution
 * @param pictureThreshold the same of small pictures
 * @param furthest the unlabeled images that lie furthest away, the furthest first
 * @param duplicateGroups groups of copies
 * @param copies images that would be left out if of each group one stayed
 * @param largestGroups the groups with the most images, each a list of them
 */
public record AnalysisSummary(
        int format,
        List<String> classes,
        List<Integer> shape,
        Map<String, Integer> images,
        Map<String, Integer> labels,
        Map<String, Integer> pseudoLabels,
        int kept,
        double meanConfidence,
        Map<String, Integer> suspectedLabels,
        List<SuspectedLabel> worstLabels,
        Map<String, Integer> outOfDistribution,
        double threshold,
        double pictureThreshold,
        List<FarImage> furthest,
        int duplicateGroups,
        int copies,
        List<List<NamedImage>> largestGroups,
        AnalysisConfig configuration) {

    public static final int FORMAT = 1;

    private static final int WORST = 20;
    private static final int GROUPS = 10;
    private static final int OF_A_GROUP = 8;

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** @param name where it comes from; empty if that is not known */
    public record NamedImage(String id, String split, String name) {}

    public record SuspectedLabel(NamedImage image, String label, String suggested, double margin) {}

    public record FarImage(
            NamedImage image, double distance, double pictureDistance, String takenFor, double confidence) {}

    /** @param names by image id; an image may have none */
    public static AnalysisSummary of(Analysis analysis, Map<ImageId, String> names) {
        return new Counting(analysis, names).of(analysis);
    }

    byte[] toJson() {
        try {
            return JSON.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new AssertionError("Summaries are plain records", e);
        }
    }

    private static final class Counting {

        private final List<String> classes;
        private final double threshold;
        private final double pictureThreshold;
        private final Map<ImageId, String> names;
        private final Map<String, Integer> images = bySplit();
        private final Map<String, Integer> suspected = bySplit();
        private final Map<String, Integer> far = bySplit();
        private final Map<String, Integer> labels = new LinkedHashMap<>();
        private final Map<String, Integer> pseudoLabels = new LinkedHashMap<>();
        private final List<SuspectedLabel> wrong = new ArrayList<>();
        private final List<FarImage> strangers = new ArrayList<>();
        private final Map<Integer, List<NamedImage>> groups = new TreeMap<>();
        private int kept;
        private double confidence;

        Counting(Analysis analysis, Map<ImageId, String> names) {
            this.classes = analysis.classes();
            this.threshold = analysis.threshold();
            this.pictureThreshold = analysis.pictureThreshold();
            this.names = names;
            classes.forEach(name -> labels.put(name, 0));
            classes.forEach(name -> pseudoLabels.put(name, 0));
        }

        private static Map<String, Integer> bySplit() {
            return Stream.of(Split.values())
                    .collect(Collectors.toMap(Split::label, split -> 0, (a, b) -> a, LinkedHashMap::new));
        }

        AnalysisSummary of(Analysis analysis) {
            analysis.images().forEach(this::add);
            int unlabeled = images.getOrDefault(Split.UNLABELED.label(), 0);
            return new AnalysisSummary(
                    FORMAT,
                    classes,
                    List.of(
                            analysis.shape().height(),
                            analysis.shape().width(),
                            analysis.shape().channels()),
                    images,
                    labels,
                    pseudoLabels,
                    kept,
                    unlabeled == 0 ? 0 : confidence / unlabeled,
                    suspected,
                    first(wrong, Comparator.comparingDouble(SuspectedLabel::margin)),
                    far,
                    analysis.threshold(),
                    analysis.pictureThreshold(),
                    first(strangers, Comparator.comparingDouble(this::excess).reversed()),
                    groups.size(),
                    groups.values().stream().mapToInt(group -> group.size() - 1).sum(),
                    groups.values().stream()
                            .sorted(Comparator.comparingInt((List<NamedImage> group) -> group.size())
                                    .reversed())
                            .limit(GROUPS)
                            .map(group -> group.stream().limit(OF_A_GROUP).toList())
                            .toList(),
                    analysis.config());
        }

        private static <T> List<T> first(List<T> all, Comparator<T> order) {
            return all.stream().sorted(order).limit(WORST).toList();
        }

        /** By which factor it is beyond the threshold, by embedding or by picture, whichever is more. */
        private double excess(FarImage far) {
            return Math.max(far.distance() / threshold, far.pictureDistance() / pictureThreshold);
        }

        private void add(AnalysedImage image) {
            String split = image.split().label();
            NamedImage named = new NamedImage(image.id().hex(), split, names.getOrDefault(image.id(), ""));
            images.merge(split, 1, Integer::sum);
            image.duplicateGroup()
                    .ifPresent(group -> groups.computeIfAbsent(group, g -> new ArrayList<>())
                            .add(named));
            far.merge(split, image.outOfDistribution() ? 1 : 0, Integer::sum);
            String takenFor = classes.get(image.mostProbable());
            image.label().ifPresent(label -> {
                labels.merge(classes.get(label), 1, Integer::sum);
                image.suggestedLabel().ifPresent(suggestion -> {
                    suspected.merge(split, 1, Integer::sum);
                    wrong.add(new SuspectedLabel(named, classes.get(label), classes.get(suggestion), image.margin()));
                });
            });
            if (image.split() == Split.UNLABELED) {
                pseudoLabels.merge(takenFor, 1, Integer::sum);
                kept += image.weight() > 0 ? 1 : 0;
                confidence += image.confidence();
                if (image.outOfDistribution()) {
                    strangers.add(new FarImage(
                            named, image.distance(), image.pictureDistance(), takenFor, image.confidence()));
                }
            }
        }
    }
}

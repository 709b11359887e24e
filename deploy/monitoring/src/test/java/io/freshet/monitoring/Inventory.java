package io.freshet.monitoring;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The metrics that services show, by name: as their pages have them, or as the tables of docs/metrics.md do.
 *
 * @param metrics by name
 */
record Inventory(Map<String, Metric> metrics) {

    private static final Pattern META = Pattern.compile("# (HELP|TYPE) (\\S+) (.*)");
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? \\S+");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final Pattern ROW = Pattern.compile("\\| `(\\S+)` \\| (\\w+) \\| (.*?) \\| (.*?) \\|");
    private static final List<String> PARTS = List.of("_bucket", "_count", "_sum");

    /** @param labels without {@code le}, which a histogram has */
    record Metric(String name, String type, Set<String> labels, String help) {

        String row() {
            String labelled = labels.stream().map(label -> "`" + label + "`").collect(Collectors.joining(", "));
            return "| `" + name + "` | " + type + " | " + (labelled.isEmpty() ? "–" : labelled) + " | " + help + " |";
        }
    }

    /** Reads pages in Prometheus' text form. */
    static Inventory ofPages(List<String> pages) {
        Map<String, String> types = new TreeMap<>();
        Map<String, String> helps = new TreeMap<>();
        Map<String, Set<String>> labels = new TreeMap<>();
        for (String line : pages.stream().flatMap(String::lines).toList()) {
            Matcher meta = META.matcher(line);
            Matcher sample = SAMPLE.matcher(line);
            if (meta.matches()) {
                (meta.group(1).equals("TYPE") ? types : helps).put(meta.group(2), meta.group(3));
            } else if (!line.startsWith("#") && sample.matches()) {
                String found = sample.group(2) == null ? "" : sample.group(2);
                labels.computeIfAbsent(family(sample.group(1), types), name -> new TreeSet<>())
                        .addAll(LABEL.matcher(found)
                                .results()
                                .map(label -> label.group(1))
                                .filter(label -> !label.equals("le"))
                                .toList());
            }
        }
        Map<String, Metric> metrics = new TreeMap<>();
        labels.forEach((name, of) -> metrics.put(
                name, new Metric(name, types.getOrDefault(name, "untyped"), of, helps.getOrDefault(name, ""))));
        return new Inventory(metrics);
    }

    private static String family(String sample, Map<String, String> types) {
        return PARTS.stream()
                .filter(sample::endsWith)
                .map(part -> sample.substring(0, sample.length() - part.length()))
                .filter(types::containsKey)
                .findFirst()
                .orElse(sample);
    }

    /** Reads tables whose rows are those of {@link Metric#row}. */
    static Inventory ofTables(String text) {
        Map<String, Metric> metrics = new TreeMap<>();
        text.lines().map(ROW::matcher).filter(Matcher::matches).forEach(row -> {
            Set<String> labels = row.group(3).equals("–")
                    ? Set.of()
                    : Arrays.stream(row.group(3).split(", "))
                            .map(label -> label.replace("`", ""))
                            .collect(Collectors.toCollection(TreeSet::new));
            metrics.put(row.group(1), new Metric(row.group(1), row.group(2), labels, row.group(4)));
        });
        return new Inventory(metrics);
    }

    Inventory startingWith(String prefix) {
        return new Inventory(metrics.entrySet().stream()
                .filter(metric -> metric.getKey().startsWith(prefix))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, TreeMap::new)));
    }

    /** The metric that a query's name stands for: a histogram's parts have names of their own. */
    Metric find(String name) {
        return metrics.getOrDefault(
                name,
                PARTS.stream()
                        .filter(name::endsWith)
                        .map(part -> metrics.get(name.substring(0, name.length() - part.length())))
                        .filter(metric -> metric != null)
                        .findFirst()
                        .orElse(new Metric(name, "", Set.of(), "")));
    }

    boolean has(String name) {
        return !find(name).type().isEmpty();
    }

    /** The rows of tables, in the order of their names. */
    List<String> rows() {
        return metrics.values().stream().map(Metric::row).toList();
    }
}

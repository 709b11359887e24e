package io.freshet.monitoring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Finds what a query names. No parser: Prometheus itself has read the queries when this looks at them. */
final class Promql {

    private static final Pattern STRING = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
    private static final Pattern GROUPING =
            Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
    private static final Pattern MATCHERS = Pattern.compile("\\{([^}]*)}");
    private static final Pattern SELECTOR = Pattern.compile("([a-zA-Z_:][\\w:]*)\\s*\\{([^}]*)}");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_]\\w*)\\s*(?:=~|!~|!=|=)");
    private static final Pattern NAME = Pattern.compile("(?<![\\w:.])[a-zA-Z_:][\\w:]*(?!\\s*\\()(?![\\w:])");
    private static final Set<String> OPERATORS = Set.of("and", "or", "unless", "bool", "offset", "sum", "max", "min");

    private Promql() {}

    /** A metric, and the labels that a query chooses by. */
    record Selector(String metric, Set<String> labels) {}

    static Set<String> metrics(String query) {
        String bare = query;
        for (Pattern pattern : List.of(STRING, RANGE, GROUPING, MATCHERS)) {
            bare = pattern.matcher(bare).replaceAll(" ");
        }
        return NAME.matcher(bare)
                .results()
                .map(MatchResult::group)
                .filter(name -> !OPERATORS.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    static List<Selector> selectors(String query) {
        List<Selector> selectors = new ArrayList<>();
        SELECTOR.matcher(query)
                .results()
                .forEach(found -> selectors.add(new Selector(
                        found.group(1),
                        Arrays.stream(STRING.matcher(found.group(2))
                                        .replaceAll("")
                                        .split(","))
                                .map(LABEL::matcher)
                                .filter(label -> label.find())
                                .map(label -> label.group(1))
                                .collect(Collectors.toSet()))));
        return selectors;
    }
}

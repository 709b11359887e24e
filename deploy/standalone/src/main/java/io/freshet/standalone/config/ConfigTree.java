package io.freshet.standalone.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.text.similarity.LevenshteinDistance;

/**
 * The configuration as a tree that begins with all keys at their defaults, and that sources are laid over, each refused
 * if it names a key that is not there. An object that is empty by default takes any key: it is a map, such as Kafka's
 * own properties.
 */
final class ConfigTree {

    private static final String ENVIRONMENT_PREFIX = "FRESHET__";

    private final ObjectNode root;
    private final ObjectNode defaults;

    ConfigTree(ObjectNode defaults) {
        this.defaults = defaults;
        this.root = defaults.deepCopy();
    }

    JsonNode root() {
        return root;
    }

    /** @param source as messages shall name it */
    void overlay(JsonNode values, String source) {
        if (!values.isMissingNode() && !values.isNull()) {
            overlay(root, defaults, values, "", source);
        }
    }

    private static void overlay(ObjectNode target, JsonNode known, JsonNode values, String path, String source) {
        if (!values.isObject()) {
            throw new ConfigException(source + ": "
                    + (path.isEmpty()
                            ? "keys and values are wanted"
                            : "'" + path + "' holds further keys, not a value"));
        }
        boolean free = known.isEmpty();
        for (Map.Entry<String, JsonNode> field : values.properties()) {
            String key = field.getKey();
            String full = path.isEmpty() ? key : path + "." + key;
            if (!free && !known.has(key)) {
                throw new ConfigException(source + ": there is no key '" + full + "'" + suggestion(key, known, path));
            }
            JsonNode before = free ? null : known.get(key);
            if (before instanceof ObjectNode && target.get(key) instanceof ObjectNode child) {
                overlay(child, before, field.getValue(), full, source);
            } else {
                target.set(key, before != null && before.isArray() ? list(field.getValue()) : field.getValue());
            }
        }
    }

    /** A variable and an option are texts: a list's values stand in one with commas between. */
    private static JsonNode list(JsonNode value) {
        if (!value.isTextual()) {
            return value;
        }
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        Arrays.stream(value.asText().split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .forEach(list::add);
        return list;
    }

    private static String suggestion(String key, JsonNode known, String path) {
        LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
        String nearest = "";
        int least = Integer.MAX_VALUE;
        List<String> names = new ArrayList<>();
        known.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            int d = distance.apply(plain(key), plain(name));
            if (d < least) {
                least = d;
                nearest = name;
            }
        }
        String prefix = path.isEmpty() ? "" : path + ".";
        return least <= Math.max(2, key.length() / 2)
                ? ": did you mean '" + prefix + nearest + "'?"
                : "; there are " + names;
    }

    /** Another way to write a key's words is no error of spelling. */
    private static String plain(String key) {
        return key.toLowerCase(Locale.ROOT).replaceAll("[-_.]", "");
    }

    /**
     * Takes variables of the form {@code FRESHET__KAFKA__BOOTSTRAP_SERVERS} for {@code kafka.bootstrapServers}: levels
     * stand apart by two underscores, and words by one, which in a map's keys stands for a dot. The two keep clear of the
     * variables that Kubernetes sets for a service called freshet.
     */
    void overlayEnvironment(Map<String, String> environment) {
        environment.forEach((name, value) -> {
            if (name.startsWith(ENVIRONMENT_PREFIX)) {
                String[] levels = name.substring(ENVIRONMENT_PREFIX.length())
                        .toLowerCase(Locale.ROOT)
                        .split("__", -1);
                overlay(nested(levels, 0, defaults, value), "environment variable " + name);
            }
        });
    }

    private static JsonNode nested(String[] levels, int at, JsonNode known, String value) {
        if (at == levels.length) {
            return TextNode.valueOf(value);
        }
        boolean free = known.isObject() && known.isEmpty();
        String key = free ? levels[at].replace('_', '.') : camelCase(levels[at]);
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.set(key, nested(levels, at + 1, known.path(key), value));
        return node;
    }

    private static String camelCase(String words) {
        StringBuilder key = new StringBuilder();
        for (String word : words.split("_", -1)) {
            key.append(
                    key.isEmpty() || word.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return key.toString();
    }
}

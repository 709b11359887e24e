package io.freshet.standalone.config;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.freshet.ingest.AuditConfig;
import io.freshet.trainer.service.TrainerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads configuration into records, from its sources, the later ones over the earlier. */
public final class ConfigLoader {

    private static final String NOT_SHOWN = "(not shown)";

    private final ObjectMapper mapper = YAMLMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new SimpleModule()
                    .addSerializer(Duration.class, new DurationWriter())
                    .addDeserializer(Duration.class, new DurationReader())
                    .addSerializer(Path.class, new PathWriter()))
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .build();

    /**
     * Loads the configuration.
     *
     * @param file YAML, if there is one
     * @param arguments from the command line: a key with dots between its levels, and its value
     * @throws ConfigException if a source names an unknown key, or a value is wrong
     */
    public FreshetConfig load(Optional<Path> file, Map<String, String> environment, Map<String, String> arguments) {
        ConfigTree tree = new ConfigTree(mapper.valueToTree(FreshetConfig.defaults()));
        file.ifPresent(path -> tree.overlay(read(path), path.toString()));
        tree.overlayEnvironment(environment);
        arguments.forEach((key, value) -> tree.overlay(nested(key, value), "command line"));
        try {
            return mapper.treeToValue(tree.root(), FreshetConfig.class);
        } catch (JsonProcessingException e) {
            throw new ConfigException(explain(e), e);
        }
    }

    private JsonNode read(Path file) {
        try {
            return mapper.readTree(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new ConfigException("There is no configuration file " + file, e);
        } catch (JsonProcessingException e) {
            // Its own message, and that of its cause, quote the line, in which there may be a password.
            throw new ConfigException(file + " is no YAML" + place(e.getLocation())
                    + ": is a colon or an indentation missing, or does a value want quotes?");
        } catch (IOException e) {
            throw new ConfigException("Cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static String place(@Nullable JsonLocation location) {
        return location == null ? "" : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    private ObjectNode nested(String key, String value) {
        ObjectNode node = mapper.createObjectNode();
        int dot = key.indexOf('.');
        if (dot < 0) {
            return node.put(key, value);
        }
        node.set(key.substring(0, dot), nested(key.substring(dot + 1), value));
        return node;
    }

    private static String explain(JsonProcessingException e) {
        String path = e instanceof JsonMappingException mapping
                ? mapping.getPath().stream()
                        .map(JsonMappingException.Reference::getFieldName)
                        .collect(Collectors.joining("."))
                : "";
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root instanceof JsonProcessingException json ? json.getOriginalMessage() : root.getMessage();
        return "Configuration '" + path + "': " + message;
    }

    /** The configuration as YAML, for people and for child processes; Kafka's properties, which hold secrets, too. */
    public String toYaml(FreshetConfig config) {
        try {
            return mapper.writeValueAsString(config);
        } catch (JsonProcessingException e) {
            throw new AssertionError("Configuration is plain records", e);
        }
    }

    /** The configuration as YAML to be shown: where a secret is set, that it is. */
    public String toYamlWithoutSecrets(FreshetConfig config) {
        ObjectNode tree = mapper.valueToTree(config);
        ObjectNode properties = (ObjectNode) tree.at("/kafka/properties");
        properties.fieldNames().forEachRemaining(name -> properties.put(name, NOT_SHOWN));
        hide((ObjectNode) tree.at("/serving"), "adminToken", "");
        hide((ObjectNode) tree.at("/ingest/audit"), "salt", AuditConfig.PUBLIC_SALT);
        try {
            return mapper.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new AssertionError("A tree can be written", e);
        }
    }

    private static void hide(ObjectNode part, String key, String known) {
        if (part.path(key).isTextual() && !part.path(key).asText().equals(known)) {
            part.put(key, NOT_SHOWN);
        }
    }

    /** A part of the configuration as plain maps and values, for the lineage of models; what is not set is left out. */
    @SuppressWarnings("unchecked") // a record becomes a map
    public Map<String, Object> toMap(Record part) {
        return mapper.copy()
                .setDefaultPropertyInclusion(JsonInclude.Include.NON_ABSENT)
                .convertValue(part, Map.class);
    }

    /**
     * The trainer's configuration as {@link #toMap} has stated it, with defaults for what it does not state.
     *
     * @throws ConfigException if it states a key that this version does not know
     */
    public TrainerConfig trainer(Map<String, Object> stated) {
        ConfigTree tree = new ConfigTree(mapper.valueToTree(FreshetConfig.defaults()));
        ObjectNode trainer = mapper.createObjectNode();
        trainer.set("trainer", mapper.valueToTree(stated));
        tree.overlay(trainer, "lineage");
        try {
            return mapper.treeToValue(tree.root(), FreshetConfig.class).trainer();
        } catch (JsonProcessingException e) {
            throw new ConfigException(explain(e), e);
        }
    }

    private static final class DurationWriter extends StdSerializer<Duration> {

        private static final long serialVersionUID = 1L;

        DurationWriter() {
            super(Duration.class);
        }

        @Override
        public void serialize(Duration value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            generator.writeString(Durations.format(value));
        }
    }

    private static final class DurationReader extends StdDeserializer<Duration> {

        private static final long serialVersionUID = 1L;

        DurationReader() {
            super(Duration.class);
        }

        @Override
        public Duration deserialize(JsonParser parser, DeserializationContext context)
                throws IOException, JacksonException {
            return Durations.parse(parser.getText());
        }
    }

    private static final class PathWriter extends StdSerializer<Path> {

        private static final long serialVersionUID = 1L;

        PathWriter() {
            super(Path.class);
        }

        @Override
        public void serialize(Path value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            generator.writeString(value.toString());
        }
    }
}

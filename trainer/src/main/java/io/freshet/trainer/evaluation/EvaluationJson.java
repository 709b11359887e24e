package io.freshet.trainer.evaluation;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes evaluations as JSON: names as the records have them, what is absent as null, times in ISO 8601. */
public final class EvaluationJson {

    /** The file's name, in bundles and elsewhere. */
    public static final String FILE = "evaluation.json";

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModules(new Jdk8Module(), new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private EvaluationJson() {}

    /**
     * Writes a record of evaluations.
     *
     * @throws IOException if the file cannot be written
     */
    public static void write(Path file, Object evaluations) throws IOException {
        Files.write(file, JSON.writeValueAsBytes(evaluations));
    }
}

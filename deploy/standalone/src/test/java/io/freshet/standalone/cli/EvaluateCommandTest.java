package io.freshet.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.bundle.Lineage;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.image.PixelImage;
import io.freshet.protocol.round.Score;
import io.freshet.protocol.round.Trigger;
import io.freshet.trainer.architecture.Architecture;
import io.freshet.trainer.architecture.TrainableModelSpec;
import io.freshet.trainer.architecture.TrainableModelWriter;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

/** With networks that nobody has trained: what they say does not matter here, and that it is shown does. */
class EvaluateCommandTest {

    /** Names of folders may hold what HTML gives a meaning to. */
    private static final List<String> CLASSES = List.of("bags & boxes", "men's <boots>", "plain");

    private static final int SIDE = 16;

    @TempDir
    Path folder;

    @BeforeEach
    void writeModelsAndImages() throws IOException {
        for (long version = 1; version <= 2; version++) {
            writeModel(version, CLASSES);
        }
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 60; i++) {
            byte[] pixels = new byte[SIDE * SIDE];
            random.nextBytes(pixels);
            byte[] png = PixelImage.ofGray(SIDE, SIDE, pixels).toPng().bytes();
            Path ofClass = Files.createDirectories(folder.resolve("labeled").resolve("l" + i % 3));
            Files.write(ofClass.resolve(i + ".png"), png);
            Files.write(Files.createDirectories(folder.resolve("unlabeled")).resolve(i + ".png"), png);
        }
        for (int label = 0; label < 3; label++) {
            Files.move(
                    folder.resolve("labeled").resolve("l" + label),
                    folder.resolve("labeled").resolve(CLASSES.get(label)));
        }
    }

    @Test
    void writesWhatItFoundAsJsonAndAsAPageThatLoadsNothing() throws Exception {
        String said = Cli.run(
                0,
                "evaluate",
                "--model",
                folder.resolve("store/m/2").toString(),
                "--baseline",
                "m/1",
                "--store",
                folder.resolve("store").toString(),
                "--labeled",
                folder.resolve("labeled").toString(),
                "--unlabeled",
                folder.resolve("unlabeled").toString(),
                "--corrupted",
                "10",
                "--to",
                folder.resolve("found").toString());
        assertThat(said).contains("m/2", "m/1", "accuracy (95% interval)", "calibration error", "Written: ");

        JsonNode json = new ObjectMapper()
                .readTree(folder.resolve("found/evaluation.json").toFile());
        int judging = json.at("/model/evaluation/images").asInt();
        assertThat(judging + json.at("/calibrationImages").asInt()).isEqualTo(60);
        assertThat(json.at("/calibrationImages").asInt()).isBetween(3, 25);
        assertThat(json.at("/model/robustness/corruptions").size()).isEqualTo(10);
        assertThat(json.at("/model/robustness/corruptions/0/accuracies").size()).isEqualTo(5);
        assertThat(json.at("/model/latency/medianMillis").asDouble()).isPositive();
        assertThat(json.at("/model/neighborAgreement").asDouble()).isBetween(0.0, 1.0);
        assertThat(json.at("/baseline/model").asText()).isEqualTo("m/1");
        assertThat(json.at("/comparison/p").asDouble()).isBetween(0.0, 1.0);
        assertThat(json.at("/unlabeled/images").asInt()).isEqualTo(60);

        String page = Files.readString(folder.resolve("found/evaluation.html"));
        assertThat(page)
                .contains("What is taken for what", "When the camera wears", "Before: ", "Unlabeled images")
                .contains("men&#39;s &lt;boots&gt;")
                .doesNotContain("men's", "<boots", "http:", "https:", "<script", "<link", "@import", "url(", "NaN");
        assertThat(picturesOf(page)).isEqualTo(2 + 10 + 2);
    }

    /** Reads each SVG as the XML that it has to be. */
    private static int picturesOf(String page) throws Exception {
        DocumentBuilder parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        Matcher pictures = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL).matcher(page);
        int count = 0;
        for (; pictures.find(); count++) {
            parser.parse(new InputSource(new StringReader(pictures.group())));
        }
        return count;
    }

    @Test
    void whatIsLeftOutIsLeftOut() throws Exception {
        Cli.run(
                0,
                "evaluate",
                "--model",
                "m/1",
                "--store",
                folder.resolve("store").toString(),
                "--labeled",
                folder.resolve("labeled").toString(),
                "--corrupted",
                "0",
                "--mapped",
                "0",
                "--to",
                folder.resolve("found").toString());
        assertThat(Files.readString(folder.resolve("found/evaluation.html")))
                .contains("Labeled images")
                .doesNotContain("When the camera wears", "penultimate", "Unlabeled images");
        JsonNode json = new ObjectMapper()
                .readTree(folder.resolve("found/evaluation.json").toFile());
        assertThat(json.at("/baseline").isNull()).isTrue();
        assertThat(json.at("/model/robustness").isNull()).isTrue();
    }

    @Test
    void whatCannotBeEvaluatedIsSaidInALine() throws Exception {
        String labeled = folder.resolve("labeled").toString();
        assertThat(evaluate("nowhere", labeled)).contains("There is no folder nowhere", "MODEL/VERSION is wanted");
        assertThat(evaluate("m/7", labeled)).contains("There is no m/7 in the model store", "it has m/1, m/2");
        assertThat(evaluate(labeled, labeled)).contains("holds no model: there is no model.json in it");
        assertThat(evaluate("m/1", folder.resolve("nothing").toString())).contains("a folder of images for each class");

        Path other = Files.createDirectories(folder.resolve("other"));
        Files.createDirectories(other.resolve("cat"));
        Files.createDirectories(other.resolve("dog"));
        assertThat(evaluate("m/1", other.toString())).contains("have the classes [cat, dog], and the model has [bags");

        Files.writeString(folder.resolve("store/m/2/saved_model.pb"), "changed");
        assertThat(evaluate(folder.resolve("store/m/2").toString(), labeled))
                .contains("is not whole: saved_model.pb", "SHA-256 differs");
    }

    private String evaluate(String model, String labeled) {
        return Cli.run(
                1,
                "evaluate",
                "--model",
                model,
                "--labeled",
                labeled,
                "--store",
                folder.resolve("store").toString());
    }

    private void writeModel(long version, List<String> classes) throws IOException {
        Path bundle = Files.createDirectories(folder.resolve("store/m")).resolve(Long.toString(version));
        TrainableModelWriter.write(
                new TrainableModelSpec(Architecture.named("residual-8"), SIDE, SIDE, 1, classes.size(), true),
                version,
                bundle);
        ModelBundle.seal(
                bundle,
                new ModelDescriptor(
                        ModelDescriptor.FORMAT,
                        "m",
                        version,
                        Optional.empty(),
                        Instant.EPOCH,
                        classes,
                        new ImageShape(SIDE, SIDE, 1),
                        32,
                        false,
                        "residual-8",
                        0,
                        new Score(0, 0, 1, 10),
                        .1,
                        new Lineage("r", Trigger.INITIAL, List.of(), List.of(), "", 1, Map.of(), "test")));
    }
}

package io.freshet.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.image.PixelImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearnRepresentationsCommandTest {

    private static final int SIDE = 16;

    @TempDir
    Path folder;

    @Test
    void aModelIsLearnedFromAFolderAndJudgedByAnother() throws Exception {
        write(folder.resolve("camera"), 40);
        write(folder.resolve("labeled").resolve("bright"), 20);
        write(folder.resolve("labeled").resolve("dark"), 20);
        Path model = folder.resolve("model");
        String said = learn(0, "--labeled", folder.resolve("labeled").toString(), "--steps", "4", "--judge-every", "2");
        assertThat(said)
                .contains(
                        "40 labeled images of 2 classes",
                        "40 images of 16x16x1 to learn from",
                        "Random weights: linear")
                .containsPattern("Step 2 of 4, .* images/s; linear probe .*% right")
                .contains("The model is in " + model);
        assertThat(model.resolve("saved_model.pb")).exists();
        assertThat(folder.resolve("model.learning")).doesNotExist();

        assertThat(learn(1)).contains("There is something at " + model + " already");
    }

    @Test
    void theSameSeedGivesTheSameModel() throws Exception {
        write(folder.resolve("camera"), 40);
        learn(0, "--steps", "2");
        assertThat(folder.resolve("model")).isDirectory();
        Files.move(folder.resolve("model"), folder.resolve("other"));
        learn(0, "--steps", "2");
        assertThat(Files.readAllBytes(variables("model"))).isEqualTo(Files.readAllBytes(variables("other")));
    }

    @Test
    void wrongUseIsExplained() throws Exception {
        assertThat(Cli.run(2, "learn-representations"))
                .contains("Missing required options: '--unlabeled=FOLDER', '--to=FOLDER'");
        assertThat(learn(1)).contains("camera (a folder of images is wanted)");
        Files.createDirectories(folder.resolve("camera"));
        assertThat(learn(1)).contains("There are no images in");
        write(folder.resolve("camera"), 4);
        assertThat(learn(1)).contains("There are 4 images to learn from, and a batch has 8");
        assertThat(learn(1, "--architecture", "resnet")).contains("There is no architecture 'resnet'");
        assertThat(learn(1, "--method", "moco"))
                .contains("There is no method 'moco'. It is one of [simclr, barlow-twins]");
        assertThat(learn(1, "--steps", "0")).contains("A run has at least one step, not 0");
        assertThat(learn(1, "--judge-every", "0")).contains("not after 0");
    }

    private Path variables(String model) {
        return folder.resolve(model).resolve("variables").resolve("variables.data-00000-of-00001");
    }

    private String learn(int code, String... more) {
        String[] line = {
            "learn-representations",
            "--unlabeled",
            folder.resolve("camera").toString(),
            "--to",
            folder.resolve("model").toString(),
            "--architecture",
            "residual-8",
            "--batch-size",
            "8",
            "--steps",
            "2"
        };
        return Cli.run(code, concat(line, more));
    }

    /** An option that is given again stands for the one before. */
    private static String[] concat(String[] line, String[] more) {
        List<String> all = new ArrayList<>(List.of(line));
        for (int i = 0; i < more.length; i += 2) {
            int before = all.indexOf(more[i]);
            if (before >= 0) {
                all.set(before + 1, more[i + 1]);
            } else {
                all.add(more[i]);
                all.add(more[i + 1]);
            }
        }
        return all.toArray(String[]::new);
    }

    private static void write(Path target, int images) throws IOException {
        Files.createDirectories(target);
        SplittableRandom random =
                new SplittableRandom(target.getFileName().toString().hashCode());
        for (int i = 0; i < images; i++) {
            byte[] pixels = new byte[SIDE * SIDE];
            random.nextBytes(pixels);
            Files.write(
                    target.resolve(i + ".png"),
                    PixelImage.ofGray(SIDE, SIDE, pixels).toPng().bytes());
        }
    }
}

package io.freshet.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.trainer.Shapes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit calls write before each test
class UnlabeledFolderTest {

    @TempDir
    Path folder;

    private LabeledSet set;

    @BeforeEach
    void write() throws Exception {
        Shapes.write(folder.resolve("labeled"), 20, 1);
        Shapes.write(folder.resolve("unlabeled"), 10, 2);
        set = new LabeledFolder(folder.resolve("labeled")).read(Optional.empty(), .25);
    }

    @Test
    void allImagesUnderTheFolderAreReadTheSameEachTime() throws Exception {
        Material once = read(Set.of(), 1_000);
        assertThat(once.unlabeled().size()).isEqualTo(30);
        assertThat(once.labeled().size()).isEqualTo(set.training().size());
        assertThat(read(Set.of(), 1_000).sha256()).isEqualTo(once.sha256());
    }

    @Test
    void whatIsLabeledOrJudgesOrIsThereTwiceIsLeftOut() throws Exception {
        Path disc = folder.resolve("unlabeled/disc/0.png");
        Files.copy(disc, folder.resolve("unlabeled/twice.png"));
        Files.copy(folder.resolve("labeled/disc/3.png"), folder.resolve("unlabeled/labeled.png"));
        Files.writeString(folder.resolve("unlabeled/notes.txt"), "no image");
        LabeledImages judging = new LabeledFolder(folder.resolve("unlabeled"))
                .readSample(Shapes.CLASSES, set.shape())
                .select(id -> id.uniform() < .5);
        assertThat(read(Set.copyOf(judging.ids()), 1_000).unlabeled().size()).isEqualTo(30 - judging.size());
    }

    @Test
    void ofTooManyFilesSomeOfAllAreTaken() throws Exception {
        assertThat(read(Set.of(), 7).unlabeled().size()).isEqualTo(7);
    }

    @Test
    void aFolderWithNothingNewIsAnError() {
        Path labeled = folder.resolve("labeled");
        assertThatThrownBy(() -> new UnlabeledFolder(labeled).read(set, Set.of(), 1_000))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("nothing to learn from", "60 are among the labeled images");
        assertThatThrownBy(() -> new UnlabeledFolder(folder.resolve("none")).read(set, Set.of(), 1_000))
                .hasMessageContaining("a folder of images is wanted");
    }

    @Test
    void aSampleOfAnUnknownClassIsAnError() {
        assertThatThrownBy(() -> new LabeledFolder(folder.resolve("unlabeled"))
                        .readSample(Shapes.CLASSES.subList(0, 2), set.shape()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("vertical");
    }

    private Material read(Set<io.freshet.protocol.ImageId> judging, int most) throws IOException {
        return new UnlabeledFolder(folder.resolve("unlabeled")).read(set, judging, most);
    }
}

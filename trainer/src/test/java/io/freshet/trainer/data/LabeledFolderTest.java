package io.freshet.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.protocol.bundle.ImageShape;
import io.freshet.trainer.Shapes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabeledFolderTest {

    @TempDir
    Path folder;

    @Test
    void classesComeFromFolderNamesAndTheShapeFromTheImages() throws Exception {
        Shapes.write(folder, 20, 1);
        LabeledSet set = new LabeledFolder(folder).read(Optional.empty(), .25);
        assertThat(set.classes()).isEqualTo(Shapes.CLASSES);
        assertThat(set.shape()).isEqualTo(new ImageShape(Shapes.SIDE, Shapes.SIDE, 1));
        assertThat(set.training().size() + set.anchor().size()).isEqualTo(60);
        assertThat(set.anchor().size()).isBetween(5, 25);
    }

    @Test
    void theAnchorIsTheSameEachTimeAndApartFromWhatIsLearned() throws Exception {
        Shapes.write(folder, 20, 1);
        LabeledSet once = new LabeledFolder(folder).read(Optional.empty(), .25);
        LabeledSet again = new LabeledFolder(folder).read(Optional.empty(), .25);
        assertThat(again.sha256()).isEqualTo(once.sha256());
        assertThat(once.anchor().ids())
                .doesNotContainAnyElementsOf(once.training().ids());
    }

    @Test
    void anImageOfTheAnchorFolderIsNeverLearnedFrom() throws Exception {
        Shapes.write(folder.resolve("labeled"), 5, 1);
        Shapes.write(folder.resolve("anchor"), 5, 2);
        Files.copy(folder.resolve("anchor/disc/0.png"), folder.resolve("labeled/disc/copy.png"));
        LabeledSet set = new LabeledFolder(folder.resolve("labeled"))
                .read(Optional.empty(), new LabeledFolder(folder.resolve("anchor")));
        assertThat(set.training().size()).isEqualTo(15);
        assertThat(set.anchor().size()).isEqualTo(15);
    }

    @Test
    void anImageUnderTwoClassesIsLeftOutAndABrokenOneToo() throws Exception {
        Shapes.write(folder, 5, 1);
        Files.copy(folder.resolve("disc/0.png"), folder.resolve("vertical/also.png"));
        Files.writeString(folder.resolve("disc/broken.png"), "no image");
        LabeledSet set = new LabeledFolder(folder).read(Optional.empty(), .5);
        assertThat(set.training().size() + set.anchor().size()).isEqualTo(14);
    }

    @Test
    void aFolderThatIsNotOfThatFormIsRefusedWithTheForm() throws Exception {
        assertThatThrownBy(() -> new LabeledFolder(folder.resolve("missing")).read(Optional.empty(), .2))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a folder of images for each class");
        Files.createDirectories(folder.resolve("only"));
        assertThatThrownBy(() -> new LabeledFolder(folder).read(Optional.empty(), .2))
                .hasMessageContaining("two classes or more, and there are [only]");
        Files.createDirectories(folder.resolve("other"));
        assertThatThrownBy(() -> new LabeledFolder(folder).read(Optional.empty(), .2))
                .hasMessageContaining("There are no images");
    }
}

package io.freshet.trainer.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UtilisationTest {

    @TempDir
    Path folder;

    @Test
    void whatAThreadComputesIsSeen() {
        Utilisation utilisation = new Utilisation("no-such-program");
        long end = System.nanoTime() + 200_000_000;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        String said = utilisation.next();
        assertThat(said).matches("[0-9]+\\.[0-9] of [0-9]+ cores").doesNotStartWith("0.0");
    }

    @Test
    void eachGpuIsNamedAsTheDriverSays() throws Exception {
        Path program =
                program("[ \"$1 $2\" = '--query-gpu=index,utilization.gpu --format=csv,noheader,nounits' ] || exit 9\n"
                        + "printf '0, 93\\n1, 7\\n'");
        Utilisation utilisation = new Utilisation(program.toString());
        assertThat(utilisation.next()).endsWith(" cores, GPU 0 at 93%, GPU 1 at 7%");
        assertThat(utilisation.next()).endsWith(", GPU 1 at 7%");
    }

    @Test
    void aDriverThatFailsIsAskedOnce() throws Exception {
        Path asked = folder.resolve("asked");
        Path program = program("echo again >> " + asked + "\necho 'Failed to initialize NVML: 0, 1'\nexit 9");
        Utilisation utilisation = new Utilisation(program.toString());
        assertThat(utilisation.next()).endsWith(" cores");
        assertThat(utilisation.next()).endsWith(" cores");
        assertThat(asked).hasContent("again");
    }

    private Path program(String script) throws IOException {
        Path program = folder.resolve("smi");
        Files.writeString(program, "#!/bin/sh\n" + script + "\n");
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }
}

package io.freshet.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.image.PixelImage;
import io.freshet.serving.capture.CaptureMode;
import io.freshet.serving.testing.Deployment;
import io.freshet.serving.testing.TinyModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients in Python, where they are installed; {@code FRESHET_PYTHON} names another interpreter than python3. */
class RealClientsIT {

    private static final String PYTHON =
            Optional.ofNullable(System.getenv("FRESHET_PYTHON")).orElse("python3");

    @TempDir
    Path folder;

    private record Run(int exit, String output) {}

    private static Run python(String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(PYTHON);
        builder.command().addAll(List.of(arguments));
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), output);
    }

    private static boolean hasClients() throws InterruptedException {
        try {
            return python("-c", "import tritonclient.http, tritonclient.grpc, grpc_health")
                            .exit()
                    == 0;
        } catch (IOException e) {
            return false; // there is no Python
        }
    }

    @Test
    void clientsThatNobodyHereWroteGetTheirAnswers() throws Exception {
        assumeTrue(hasClients(), "Needs python3 with tritonclient[http,grpc] and grpcio-health-checking");
        ImageShape shape = TinyModels.SHAPE;
        Path image = Files.write(
                folder.resolve("image.png"),
                PixelImage.ofGray(shape.width(), shape.height(), TinyModels.pixels(3, shape))
                        .toPng()
                        .bytes());
        try (Deployment deployment =
                Deployment.start(folder, Deployment.config(folder, List.of(), CaptureMode.ASYNC))) {
            deployment.announce(new ModelVersion("tiny", 1));
            await().until(deployment.service()::isReady);

            Run run = python(
                    Path.of("src", "test", "clients", "try_clients.py").toString(),
                    "127.0.0.1:" + deployment.service().port(),
                    "tiny",
                    image.toString());

            assertThat(run.exit()).as(run.output()).isZero();
        }
    }
}

package io.freshet.standalone.cli;

import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.standalone.config.FreshetConfig;
import io.freshet.standalone.service.FreshetService;
import io.freshet.standalone.service.Services;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The commands that run a service until they are told to stop. */
final class ServiceCommands {

    private ServiceCommands() {}

    /** Answers predictions. */
    @Command(
            name = "serve",
            description = "Serve the announced models over HTTP (Open Inference Protocol, TensorFlow Serving's REST,"
                    + " plain images), and swap to new versions as they are announced.")
    static final class Serve extends RunService {

        /** Without Kafka it serves what it served last; whether it can, serving knows. */
        @Override
        KafkaConnection connect(FreshetConfig config) throws InterruptedException {
            return CommonOptions.connectIfThere(config);
        }

        @Override
        FreshetService open(FreshetConfig config, KafkaConnection kafka) throws Exception {
            return Services.serving(config, kafka, CommonOptions.store(config));
        }
    }

    /** Turns traffic into unlabeled images. */
    @Command(
            name = "ingest",
            description =
                    "Turn traffic into unlabeled images: decode, check, de-duplicate, draw the audit sample, watch"
                            + " for drift.")
    static final class Ingest extends RunService {
        @Override
        FreshetService open(FreshetConfig config, KafkaConnection kafka) throws Exception {
            return Services.ingest(config, kafka);
        }
    }

    /** Runs rounds when they are due. */
    @Command(
            name = "trainer",
            description = "Run a model's rounds as they are due: on a schedule, on enough new images, on drift, or when"
                    + " asked to.")
    static final class Trainer extends RunService {
        @Override
        FreshetService open(FreshetConfig config, KafkaConnection kafka) throws Exception {
            return Services.trainer(config, kafka, CommonOptions.store(config));
        }
    }

    /** Labels images for rounds. */
    @Command(
            name = "labeller",
            description = "Label images for the rounds of trainers that share the work (trainer.labelling.shared). Any"
                    + " number of these may run; a round goes on when one ends, and without any.")
    static final class Labeller extends RunService {
        @Override
        FreshetService open(FreshetConfig config, KafkaConnection kafka) throws Exception {
            return Services.labeller(config, kafka, CommonOptions.store(config));
        }
    }

    /** Opens a service and keeps it until the process is told to stop, or the service gives up. */
    abstract static class RunService implements Callable<Integer> {

        @Mixin
        private CommonOptions common = new CommonOptions();

        KafkaConnection connect(FreshetConfig config) throws InterruptedException {
            return CommonOptions.connect(config);
        }

        abstract FreshetService open(FreshetConfig config, KafkaConnection kafka) throws Exception;

        @Override
        public Integer call() throws Exception {
            FreshetConfig config = common.load();
            KafkaConnection kafka = connect(config);
            String name;
            try (FreshetService service = open(config, kafka)) {
                name = service.name();
                System.out.println("freshet " + name + " is up: port " + service.port() + ", " + kafka);
                if (!Shutdown.awaitWhile(service::isHealthy)) {
                    return 1;
                }
            }
            System.out.println("freshet " + name + " has stopped");
            return 0;
        }
    }
}

package io.freshet.serving;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ServingArchitectureTest {

    private static final JavaClasses SERVING = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.freshet.serving");

    @Test
    void servingKnowsNeitherIngestNorTrainerNorTensorFlow() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.freshet.ingest..", "io.freshet.trainer..", "org.tensorflow..", "ai.djl..")
                .check(SERVING);
    }

    @Test
    void eachPackageKnowsOnlyThoseBehindIt() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("service")
                .definedBy("io.freshet.serving")
                .layer("http")
                .definedBy("io.freshet.serving.http")
                .layer("grpc")
                .definedBy("io.freshet.serving.grpc..")
                .layer("inference")
                .definedBy("io.freshet.serving.inference")
                .layer("stream")
                .definedBy("io.freshet.serving.stream")
                .layer("predict")
                .definedBy("io.freshet.serving.predict")
                .layer("feedback")
                .definedBy("io.freshet.serving.feedback")
                .layer("capture")
                .definedBy("io.freshet.serving.capture")
                .layer("model")
                .definedBy("io.freshet.serving.model")
                .layer("rollout")
                .definedBy("io.freshet.serving.rollout")
                .layer("batch")
                .definedBy("io.freshet.serving.batch")
                .whereLayer("service")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("http")
                .mayOnlyBeAccessedByLayers("service")
                .whereLayer("grpc")
                .mayOnlyBeAccessedByLayers("http")
                .whereLayer("inference")
                .mayOnlyBeAccessedByLayers("service", "http", "grpc")
                .whereLayer("stream")
                .mayOnlyBeAccessedByLayers("service")
                .whereLayer("predict")
                .mayOnlyBeAccessedByLayers("service", "http", "grpc", "inference", "stream")
                .whereLayer("model")
                .mayOnlyBeAccessedByLayers(
                        "service", "http", "grpc", "inference", "stream", "predict", "feedback", "capture")
                .whereLayer("rollout")
                .mayOnlyBeAccessedByLayers("service", "model")
                .whereLayer("feedback")
                .mayOnlyBeAccessedByLayers("service", "http")
                .whereLayer("capture")
                .mayOnlyBeAccessedByLayers("service", "http", "grpc", "inference", "stream", "predict")
                .check(SERVING);
    }

    @Test
    void onlyModelsAndCaptureSpeakToKafka() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.freshet.serving.http",
                        "io.freshet.serving.grpc",
                        "io.freshet.serving.inference",
                        "io.freshet.serving.predict",
                        "io.freshet.serving.rollout",
                        "io.freshet.serving.batch")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka..")
                .check(SERVING);
    }

    @Test
    void onlyHttpAndGrpcKnowVertx() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.freshet.serving.http", "io.freshet.serving.grpc")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.vertx..")
                .check(SERVING);
    }
}

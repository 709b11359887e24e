package io.freshet.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The walls between the modules, as docs/architecture.md draws them. */
class ModuleWallsTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.freshet");

    @Test
    void theServicesDoNotKnowOneAnother() {
        for (String service : new String[] {"ingest", "trainer", "serving"}) {
            for (String other : new String[] {"ingest", "trainer", "serving"}) {
                if (!service.equals(other)) {
                    keepApart("io.freshet." + service + "..", "io.freshet." + other + "..");
                }
            }
        }
    }

    @Test
    void theProtocolKnowsNobody() {
        for (String other : new String[] {"engine", "ingest", "trainer", "serving", "standalone", "kafka", "s3"}) {
            keepApart("io.freshet.protocol..", "io.freshet." + other + "..");
        }
    }

    @Test
    void theEngineKnowsNoService() {
        for (String other : new String[] {"protocol", "ingest", "trainer", "serving", "standalone"}) {
            keepApart("io.freshet.engine..", "io.freshet." + other + "..");
        }
    }

    @Test
    void onlyTheEngineAndTheMakerOfNetworksKnowTensorFlow() {
        noClasses()
                .that()
                .resideInAPackage("io.freshet..")
                .and()
                .resideOutsideOfPackages("io.freshet.trainer.architecture..", "io.freshet.engine..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.tensorflow..")
                .check(CLASSES);
    }

    @Test
    void onlyTheStoreOnS3KnowsAmazonsSdk() {
        noClasses()
                .that()
                .resideInAPackage("io.freshet..")
                .and()
                .resideOutsideOfPackage("io.freshet.s3..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon..")
                .check(CLASSES);
    }

    @Test
    void onlyTheProgramThatRunsTheServicesKnowsOpenTelemetry() {
        noClasses()
                .that()
                .resideInAPackage("io.freshet..")
                .and()
                .resideOutsideOfPackage("io.freshet.standalone.tracing..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.opentelemetry..", "io.micrometer.tracing.otel..")
                .check(CLASSES);
    }

    @Test
    void whatLearnsAndJudgesKnowsNoKafka() {
        for (String algorithms : new String[] {
            "learning", "representation", "evaluation", "gate", "model", "architecture", "data", "tuning", "training"
        }) {
            keepApart("io.freshet.trainer." + algorithms + "..", "org.apache.kafka..");
        }
    }

    @Test
    void noServiceKnowsTheProgramThatRunsIt() {
        for (String module : new String[] {"ingest", "trainer", "serving"}) {
            keepApart("io.freshet." + module + "..", "io.freshet.standalone..");
            keepApart("io.freshet." + module + "..", "io.freshet.kafka..");
        }
    }

    private static void keepApart(String from, String to) {
        noClasses()
                .that()
                .resideInAPackage(from)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(to)
                .check(CLASSES);
    }
}

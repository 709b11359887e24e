package io.freshet.ingest;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class IngestArchitectureTest {

    private final JavaClasses ingest = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.freshet.ingest");

    @Test
    void ingestKnowsTheProtocolAndNoOtherService() {
        DescribedPredicate<JavaClass> otherModules = resideInAnyPackage("io.freshet..")
                .and(DescribedPredicate.not(resideInAnyPackage("io.freshet.ingest..", "io.freshet.protocol..")));
        noClasses().should().dependOnClassesThat(otherModules).check(ingest);
    }

    @Test
    void whatDecidesKnowsNoKafka() {
        classes()
                .that()
                .haveSimpleName("AuditSample")
                .or()
                .haveSimpleName("SamplingBudget")
                .or()
                .haveSimpleName("Novelty")
                .or()
                .haveSimpleName("QuantileSketch")
                .or()
                .haveSimpleName("ObservationSketch")
                .or()
                .haveSimpleName("NearImages")
                .or()
                .haveSimpleName("DriftDetector")
                .or()
                .haveSimpleName("ForgettingPolicy")
                .or()
                .haveSimpleName("Comparison")
                .or()
                .haveSimpleName("Watch")
                .should()
                .onlyDependOnClassesThat()
                .resideOutsideOfPackage("org.apache.kafka..")
                .check(ingest);
    }
}

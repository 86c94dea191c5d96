package dev.octavo.runtime;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

/** Sessions know plans, plans know the format, and neither knows what lies above it. */
class ArchitectureTest {
    private static final JavaClasses RUNTIME = new ClassFileImporter()
            .importUrl(Model.class.getProtectionDomain().getCodeSource().getLocation())
            .that(resideInAPackage("dev.octavo.runtime.."));

    @Test
    void theRuntimeDependsOnKernelsAndProtobufAlone() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.octavo.runtime..",
                        "dev.octavo.kernels",
                        "dev.octavo.kernels.tiers",
                        "java..",
                        "jdk.jfr..",
                        "com.google.protobuf..",
                        "org.jspecify..")
                .check(RUNTIME);
    }

    @Test
    void protobufIsReadInOnePlace() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.octavo.runtime", "dev.octavo.runtime.plan..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.google.protobuf..", "dev.octavo.runtime.format.proto..")
                .check(RUNTIME);
    }

    @Test
    void nothingIsPrinted() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(RUNTIME);
    }
}

package dev.octavo.benchmarks;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.foreign.Linker;
import org.junit.jupiter.api.Test;

/** Dependencies run one way, and each platform feature stays where it belongs. */
class ArchitectureTest {
    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.octavo");

    @Test
    void kernelsDependOnNothingButTheJdk() {
        classes()
                .that()
                .resideInAPackage("dev.octavo.kernels..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.octavo.kernels..", "java..", "jdk.incubator.vector..", "org.jspecify..")
                .check(ALL);
    }

    @Test
    void tiersDoNotKnowEachOther() {
        for (String tier : new String[] {"scalar", "vector", "machine"}) {
            for (String other : new String[] {"scalar", "vector", "machine"}) {
                if (!tier.equals(other)) {
                    noClasses()
                            .that()
                            .resideInAPackage("dev.octavo.kernels." + tier + "..")
                            .should()
                            .dependOnClassesThat()
                            .resideInAPackage("dev.octavo.kernels." + other + "..")
                            .allowEmptyShould(true)
                            .check(ALL);
                }
            }
        }
    }

    @Test
    void theVectorApiStaysInItsTier() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.octavo.kernels.vector..", "dev.octavo.benchmarks..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator.vector..")
                .check(ALL);
    }

    @Test
    void nativeCallsStayInTheMachineTier() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.octavo.kernels.machine..")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Linker.class)
                .check(ALL);
    }

    @Test
    void graphsDependOnNoImporterAndNoModel() {
        classes()
                .that()
                .resideInAPackage("dev.octavo.tools.graph..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.octavo.tools.graph..", "dev.octavo.kernels", "java..", "org.jspecify..")
                .check(ALL);
        noClasses()
                .that()
                .resideInAnyPackage("dev.octavo.tools.passes..", "dev.octavo.tools.quantize..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.octavo.tools.onnx..", "dev.octavo.tools.cli..")
                .check(ALL);
    }

    @Test
    void librariesDoNotPrint() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(ALL.that(resideInAPackage("dev.octavo.kernels..")));
    }
}

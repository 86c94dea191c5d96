package dev.octavo.kernels;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.foreign.Linker;
import org.junit.jupiter.api.Test;

/** Packages of kernels depend on each other in one direction, and instruction sets stay behind their seam. */
class KernelsArchitectureTest {
    private static final String MACHINE = "dev.octavo.kernels.machine";
    private static final String X86 = MACHINE + ".x86..";
    private static final String ASSEMBLER = MACHINE + ".x86.assembler..";

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(location ->
                    ImportOption.Predefined.DO_NOT_INCLUDE_TESTS.includes(location) && !location.contains("/test/"))
            .importPackages("dev.octavo.kernels");

    @Test
    void onlyTheChoiceOfAFamilyKnowsX86() {
        noClasses()
                .that()
                .resideOutsideOfPackage(X86)
                .and()
                .doNotHaveSimpleName("CodeFamilies")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(X86)
                .check(ALL);
    }

    @Test
    void onlyX86KnowsItsAssembler() {
        noClasses()
                .that()
                .resideOutsideOfPackage(X86)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ASSEMBLER)
                .check(ALL);
    }

    @Test
    void nativeCallsStayInTheRoomOfMemory() {
        noClasses()
                .that()
                .resideOutsideOfPackage(MACHINE + ".memory")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Linker.class)
                .check(ALL);
    }

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
                .resideOutsideOfPackage("dev.octavo.kernels.vector..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator.vector..")
                .check(ALL);
    }

    @Test
    void nothingIsPrinted() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(ALL);
    }
}

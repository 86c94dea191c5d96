package dev.octavo.tools.convert;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

/** Checks that the converter needs the runtime alone, and that graphs know no model. */
class ConvertArchitectureTest {
    private static final JavaClasses CONVERT = new ClassFileImporter()
            .importUrl(Converter.class.getProtectionDomain().getCodeSource().getLocation());

    @Test
    void theConverterDependsOnTheRuntimeAlone() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.octavo.tools..",
                        "dev.octavo.runtime",
                        "dev.octavo.runtime.format",
                        "dev.octavo.kernels",
                        "java..",
                        "org.jspecify..")
                .check(CONVERT);
    }

    @Test
    void graphsKnowNoModel() {
        classes()
                .that()
                .resideInAPackage("dev.octavo.tools.graph..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.octavo.tools.graph..", "dev.octavo.kernels", "java..", "org.jspecify..")
                .check(CONVERT);
    }
}

package dev.octavo.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.JavaFormatterOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every Java source of the project is formatted by palantir-java-format. It runs as a test because it must run on the
 * project's JDK, which Maven itself need not.
 */
class FormatTest {
    private static final boolean APPLY = Boolean.getBoolean("octavo.format.apply");
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @Test
    void sourcesAreFormatted() throws Exception {
        var formatter = Formatter.createFormatter(JavaFormatterOptions.builder()
                .style(JavaFormatterOptions.Style.PALANTIR)
                .formatJavadoc(false)
                .build());
        List<Path> unformatted = new ArrayList<>();
        for (Path source : sources()) {
            String text = Files.readString(source);
            String formatted = formatter.formatSourceAndFixImports(text);
            if (formatted.equals(text)) {
                continue;
            }
            if (APPLY) {
                Files.writeString(source, formatted);
            } else {
                unformatted.add(ROOT.relativize(source));
            }
        }
        assertThat(unformatted)
                .as("unformatted; to format: mvn test -pl benchmarks -am -Dtest=FormatTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Doctavo.format.apply=true")
                .isEmpty();
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : List.of("kernels", "runtime", "tools", "benchmarks")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module))) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .filter(file -> !file.toString().contains("target"))
                        .forEach(sources::add);
            }
        }
        assertThat(sources).isNotEmpty();
        return sources;
    }
}

package dev.octavo.checks;

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
 * Checks that palantir-java-format has formatted the Java sources of the module under test. It runs as a test because it
 * must run on the project's JDK, which Maven itself need not.
 */
class SourceFormatTest {
    private static final boolean APPLY = Boolean.getBoolean("octavo.format.apply");
    private static final Path SOURCES = Path.of("src").toAbsolutePath();

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
                unformatted.add(SOURCES.relativize(source));
            }
        }
        assertThat(unformatted)
                .as(
                        "unformatted sources in %s; to format: mvn test -Dtest=SourceFormatTest"
                                + " -Dsurefire.failIfNoSpecifiedTests=false -Doctavo.format.apply=true",
                        SOURCES)
                .isEmpty();
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            List<Path> sources =
                    files.filter(file -> file.toString().endsWith(".java")).toList();
            assertThat(sources).isNotEmpty();
            return sources;
        }
    }
}

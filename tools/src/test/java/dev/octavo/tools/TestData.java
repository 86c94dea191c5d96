package dev.octavo.tools;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * Real models and pictures, where a machine has them: the folder named by the property {@code octavo.data} or the variable
 * {@code OCTAVO_DATA}, else {@code shared/data} beside a folder above this one. Tests that need it are skipped without.
 */
public final class TestData {
    private TestData() {}

    /** A file or folder of the test data; skips the calling test where it is absent. */
    public static Path require(String relative) {
        Optional<Path> file = root().map(root -> root.resolve(relative)).filter(Files::exists);
        Assumptions.assumeTrue(
                file.isPresent(), () -> "skipped: no " + relative + "; set OCTAVO_DATA to the folder that has it");
        return file.orElseThrow();
    }

    private static Optional<Path> root() {
        String named = System.getProperty("octavo.data", System.getenv().getOrDefault("OCTAVO_DATA", ""));
        if (!named.isEmpty()) {
            return Optional.of(Path.of(named));
        }
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path candidate = folder.resolve("shared").resolve("data");
            if (Files.isDirectory(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }
}

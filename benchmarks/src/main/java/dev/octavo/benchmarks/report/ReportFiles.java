package dev.octavo.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reports on disk. */
public final class ReportFiles {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private ReportFiles() {}

    /** Writes {@code report.json} and {@code report.html} to a folder, which is created if need be. */
    public static void write(Report report, Path folder) throws IOException {
        Files.createDirectories(folder);
        replace(folder.resolve("report.json"), JSON.writeValueAsString(report));
        replace(folder.resolve("report.html"), ReportPage.render(report));
    }

    /** A reader finds the old text or the new one, and never a part of it. */
    static void replace(Path file, String text) throws IOException {
        Path whole = file.toAbsolutePath();
        Path written = Files.createTempFile(whole.getParent(), "report", ".part");
        try {
            Files.writeString(written, text);
            Files.setPosixFilePermissions(written, PosixFilePermissions.fromString("rw-r--r--"));
            Files.move(written, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(written);
        }
    }

    /** Reads a {@code report.json}. */
    public static Report read(Path json) {
        return JSON.readValue(json.toFile(), Report.class);
    }
}

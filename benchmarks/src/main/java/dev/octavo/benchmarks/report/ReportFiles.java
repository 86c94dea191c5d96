package dev.octavo.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        JSON.writeValue(folder.resolve("report.json").toFile(), report);
        Files.writeString(folder.resolve("report.html"), ReportPage.render(report));
    }

    /** Reads a {@code report.json}. */
    public static Report read(Path json) {
        return JSON.readValue(json.toFile(), Report.class);
    }
}

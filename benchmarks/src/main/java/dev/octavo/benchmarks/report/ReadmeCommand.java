package dev.octavo.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Implements {@code benchmark readme}: writes the README's performance table of one kind of CPU from a report. */
@Command(
        name = "readme",
        description = "Writes the performance table of a report.json between the markers of README.md for its CPU.",
        mixinStandardHelpOptions = true)
public final class ReadmeCommand implements Callable<Integer> {
    @Option(
            names = "--report",
            defaultValue = "benchmarks/target/report/report.json",
            description = "The report, ${DEFAULT-VALUE} by default.")
    private Path report = Path.of("report.json");

    /** Options are set by picocli. */
    public ReadmeCommand() {}

    @Override
    public Integer call() throws IOException {
        Path readme = Path.of("README.md");
        ReportFiles.replace(readme, ReadmeTable.insert(Files.readString(readme), ReportFiles.read(report)));
        return 0;
    }
}

package dev.octavo.benchmarks.report;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code benchmark difference}: whether a second run of the comparison repeats the first. */
@Command(
        name = "difference",
        description =
                "Says of every ratio of two reports whether it is the same within 5 %%; exit code 1 if one is not.",
        mixinStandardHelpOptions = true)
public final class DifferenceCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "FIRST", description = "A report.json.")
    private Path first = Path.of("first.json");

    @Parameters(index = "1", paramLabel = "SECOND", description = "The report.json of another run.")
    private Path second = Path.of("second.json");

    /** Options are set by picocli. */
    public DifferenceCommand() {}

    @Override
    public Integer call() {
        List<RepeatedRatio> ratios = RepeatedRatio.of(read(first), read(second));
        if (ratios.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), first + " and " + second + " have no network and contender in common");
        }
        PrintWriter out = spec.commandLine().getOut();
        for (RepeatedRatio ratio : ratios) {
            out.printf(
                    Locale.ROOT,
                    "%-18s %d threads, batch %d  %-45s %.3f × then %.3f ×, %+5.1f %%: %s%n",
                    ratio.network(),
                    ratio.threads(),
                    ratio.batch(),
                    ratio.first().equals(ratio.second()) ? ratio.first() : ratio.first() + ", " + ratio.second(),
                    ratio.before(),
                    ratio.after(),
                    100 * ratio.change(),
                    ratio.repeats() ? "within 5 %" : "NOT within 5 %");
        }
        long repeated = ratios.stream().filter(RepeatedRatio::repeats).count();
        out.printf(Locale.ROOT, "%d of %d ratios are within 5 %% of the first run%n", repeated, ratios.size());
        out.flush();
        return repeated == ratios.size() ? 0 : 1;
    }

    private Report read(Path file) {
        if (!Files.isReadable(file)) {
            throw new ParameterException(spec.commandLine(), file + " cannot be read; name a report.json");
        }
        return ReportFiles.read(file);
    }
}

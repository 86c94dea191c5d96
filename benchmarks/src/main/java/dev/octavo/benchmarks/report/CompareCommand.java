package dev.octavo.benchmarks.report;

import dev.octavo.benchmarks.measure.Timing;
import dev.octavo.benchmarks.models.Architecture;
import dev.octavo.tools.export.Int8Form;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code benchmark compare}: the standard comparison. */
@Command(
        name = "compare",
        description = "Runs Octavo and its rivals in interleaved rounds; writes report.json and report.html.",
        mixinStandardHelpOptions = true)
public final class CompareCommand implements Callable<Integer> {
    @Option(names = "--networks", split = ",", description = "Which: all by default, else ids such as resnet50.")
    private List<String> networks = List.of();

    @Option(names = "--rounds", defaultValue = "5", description = "Interleaved rounds, ${DEFAULT-VALUE} by default.")
    private int rounds;

    @Option(
            names = "--seconds",
            defaultValue = "0.15",
            description = "How long a contender runs per round, ${DEFAULT-VALUE} by default.")
    private double seconds;

    @Option(
            names = "--threads",
            defaultValue = "2",
            description = "Threads of the second measurement, ${DEFAULT-VALUE} by default; 1 for none.")
    private int threads;

    @Option(names = "--fastest", description = "Only the int8 form that the rival runs fastest.")
    private boolean fastest;

    @Option(
            names = "--out",
            defaultValue = "benchmarks/target/report",
            description = "Folder of the report, ${DEFAULT-VALUE} by default.")
    private Path folder;

    /** Options are set by picocli. */
    public CompareCommand() {
        folder = Path.of("benchmarks/target/report");
    }

    @Override
    public Integer call() throws IOException {
        List<Architecture> chosen = Arrays.stream(Architecture.values())
                .filter(a -> networks.isEmpty() || networks.contains(a.id()))
                .toList();
        List<Int8Form> forms = fastest ? List.of(ComparisonOptions.FASTEST) : ComparisonOptions.ALL_FORMS;
        ComparisonOptions options = new ComparisonOptions(chosen, forms, rounds, seconds, threads, folder);
        Report report = new Comparison(options, command()).run();
        ReportFiles.write(report, folder);
        report.networks().forEach(CompareCommand::print);
        report.notices().forEach(System.out::println);
        System.out.println("written: " + folder.resolve("report.html"));
        return 0;
    }

    private String command() {
        StringBuilder command = new StringBuilder("benchmarks/bin/benchmark compare");
        if (!networks.isEmpty()) {
            command.append(" --networks ").append(String.join(",", networks));
        }
        command.append(String.format(Locale.ROOT, " --rounds %d --seconds %s --threads %d", rounds, seconds, threads));
        return fastest ? command.append(" --fastest").toString() : command.toString();
    }

    private static void print(Report.Network network) {
        System.out.println(network.id());
        for (Report.Contender contender : network.contenders()) {
            Optional<Timing> timing = network.timing(contender.name(), contender.threads());
            Optional<Timing> ours = network.timing(Report.OCTAVO, contender.threads());
            String figures = timing.isEmpty() || ours.isEmpty()
                    ? "failed"
                    : String.format(
                            Locale.ROOT,
                            "%9.3f ms [%.3f–%.3f]  Octavo takes %.3f ×",
                            timing.get().median(),
                            timing.get().least(),
                            timing.get().most(),
                            ours.get().over(timing.get()).median());
            System.out.printf(Locale.ROOT, "  %d thread  %-45s %s%n", contender.threads(), contender.name(), figures);
        }
    }
}

package dev.octavo.benchmarks.compare;

import dev.octavo.benchmarks.measure.Timing;
import dev.octavo.benchmarks.models.Architecture;
import dev.octavo.benchmarks.report.Report;
import dev.octavo.benchmarks.report.ReportFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code benchmark compare}: the standard comparison. */
@Command(
        name = "compare",
        description = "Runs Octavo and its rivals in interleaved rounds; writes report.json and report.html.",
        mixinStandardHelpOptions = true)
public final class CompareCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--networks",
            split = ",",
            description = "Which: all published ones by default, else ids such as resnet50; tiny takes seconds.")
    private List<String> networks = List.of();

    @Option(
            names = "--threads",
            defaultValue = "2",
            description = "Threads of the second measurement, ${DEFAULT-VALUE} by default; 1 for none.")
    private int threads;

    @Option(
            names = "--batch",
            defaultValue = "8",
            description = "Images per run of a further measurement, ${DEFAULT-VALUE} by default; 1 for none.")
    private int batch;

    @Option(
            names = "--bits",
            defaultValue = "8",
            description = "Bits of weights and activations, ${DEFAULT-VALUE} by default.")
    private int bits;

    @Option(names = "--signed", description = "Also what it costs to have no unsigned activations.")
    private boolean signed;

    @Option(
            names = "--starts",
            defaultValue = "3",
            description = "Fresh JVMs per contender of the cold start, ${DEFAULT-VALUE} by default; 0 for none.")
    private int starts;

    @Option(
            names = "--rounds",
            defaultValue = "15",
            description = "Interleaved rounds at most, ${DEFAULT-VALUE} by default.")
    private int rounds;

    @Option(
            names = "--seconds",
            defaultValue = "0.15",
            description = "How long a contender runs per round, ${DEFAULT-VALUE} by default.")
    private double seconds;

    @Option(
            names = "--minutes",
            defaultValue = "9",
            description = "Time for everything, divided over networks and phases, ${DEFAULT-VALUE} by default.")
    private double minutes;

    @Option(
            names = "--out",
            defaultValue = "benchmarks/target/report",
            description = "Folder of the report, ${DEFAULT-VALUE} by default.")
    private Path folder = Path.of("benchmarks/target/report");

    /** Options are set by picocli. */
    public CompareCommand() {}

    @Override
    public Integer call() throws IOException {
        int cpus = Runtime.getRuntime().availableProcessors();
        require(threads >= 1 && threads <= cpus, "--threads must be from 1 to " + cpus + ", the CPUs of this machine");
        require(batch >= 1, "--batch must be at least 1");
        require(rounds >= 1, "--rounds must be at least 1");
        require(seconds > 0 && minutes > 0, "--seconds and --minutes must be above 0");
        require(bits >= 2 && bits <= 8, "--bits must be from 2 to 8");
        ComparisonOptions options = new ComparisonOptions(
                chosen(),
                IntStream.of(1, threads).distinct().boxed().toList(),
                IntStream.of(1, batch).distinct().boxed().toList(),
                bits,
                signed,
                starts,
                rounds,
                seconds,
                minutes,
                folder.toAbsolutePath());
        Files.createDirectories(folder);
        Report report = new Comparison(options, command()).run();
        ReportFiles.write(report, folder);
        report.networks().forEach(CompareCommand::print);
        report.notices().forEach(System.out::println);
        System.out.println("written: " + folder.resolve("report.html"));
        return 0;
    }

    private void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    private List<Architecture> chosen() {
        try {
            return Architecture.chosen(networks);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** What repeats the run: the program with the options that were given. */
    private String command() {
        String javaOptions = Optional.ofNullable(System.getenv("OCTAVO_JAVA_OPTS"))
                .filter(value -> !value.isBlank())
                .map(value -> "OCTAVO_JAVA_OPTS='" + value + "' ")
                .orElse("");
        return javaOptions + "benchmarks/bin/benchmark compare"
                + spec.commandLine().getParseResult().originalArgs().stream()
                        .filter(argument -> !argument.equals("compare"))
                        .map(argument -> " " + argument)
                        .collect(Collectors.joining());
    }

    private static void print(Report.Network network) {
        System.out.println(network.id());
        for (Report.Contender contender : network.contenders()) {
            Optional<Timing> ours = network.timing(Report.OCTAVO, contender.threads(), contender.batch());
            String figures = contender.measured()
                    ? String.format(
                            Locale.ROOT,
                            "%9.3f ms [%.3f–%.3f]%s",
                            contender.timing().median(),
                            contender.timing().least(),
                            contender.timing().most(),
                            ours.map(o -> String.format(
                                            Locale.ROOT,
                                            "  Octavo takes %.3f ×",
                                            o.over(contender.timing()).median()))
                                    .orElse(""))
                    : contender.screening() > 0
                            ? String.format(
                                    Locale.ROOT,
                                    "%9.3f ms in a short trial  %s",
                                    contender.screening(),
                                    contender.failure())
                            : contender.failure();
            System.out.printf(
                    Locale.ROOT,
                    "  %d threads, batch %d  %-45s %s%n",
                    contender.threads(),
                    contender.batch(),
                    contender.name(),
                    figures);
        }
        network.signedCost()
                .verdict()
                .ifPresent(verdict -> System.out.println("  all activations signed takes " + verdict));
        for (Report.Start start : network.starts()) {
            System.out.printf(
                    Locale.ROOT,
                    "  cold start           %-45s %s%n",
                    start.name(),
                    start.millis().isEmpty()
                            ? start.failure()
                            : String.format(
                                    Locale.ROOT,
                                    "%9.0f ms",
                                    Timing.of(start.millis()).median()));
        }
    }
}

package dev.octavo.benchmarks;

import dev.octavo.benchmarks.compare.CompareCommand;
import dev.octavo.benchmarks.compare.ContestCommand;
import dev.octavo.benchmarks.jmh.JmhCommand;
import dev.octavo.benchmarks.report.DifferenceCommand;
import dev.octavo.benchmarks.report.ReadmeCommand;
import dev.octavo.benchmarks.rounding.RoundingCommand;
import dev.octavo.benchmarks.stress.SoakCommand;
import dev.octavo.benchmarks.stress.StressCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program behind {@code benchmarks/bin/benchmark}. */
@Command(
        name = "benchmark",
        description = "Measures Octavo against the machine's limits and against other runtimes.",
        mixinStandardHelpOptions = true,
        subcommands = {
            CompareCommand.class,
            ContestCommand.class,
            DifferenceCommand.class,
            ReadmeCommand.class,
            JmhCommand.class,
            RoundingCommand.class,
            SoakCommand.class,
            StressCommand.class
        })
public final class Main {
    private Main() {}

    /** Runs a command and ends the JVM. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }
}

package dev.octavo.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.benchmarks.rivals.Rival;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DifferenceCommandTest {
    @TempDir
    Path folder;

    private static Report.Contender contender(String name, Rival rival, Double... rounds) {
        return new Report.Contender(name, rival, true, 1, 1, 1, List.of(rounds), null, "");
    }

    private Path report(String name, Report.Contender... contenders) throws IOException {
        Report.Network network = new Report.Network(
                "net",
                1,
                1,
                Arrays.asList(contenders),
                List.of(),
                new Report.Agreed(List.of(), 0, ""),
                1,
                List.of(),
                Report.SignedCost.none());
        Report.Machine machine = new Report.Machine("CPU", 2, "isa", Map.of());
        ReportFiles.write(
                new Report("2026-11-20T12:00:00Z", 5, "command", machine, Map.of(), List.of(network), List.of()),
                folder.resolve(name));
        return folder.resolve(name).resolve("report.json");
    }

    private int run(StringWriter out, Path first, Path second) {
        return new CommandLine(new DifferenceCommand())
                .setOut(new PrintWriter(out))
                .execute(first.toString(), second.toString());
    }

    @Test
    void ratiosAreHeldAgainstEachOtherThoughTheFastestFormIsAnother() throws IOException {
        Path first = report(
                "first",
                contender(Report.OCTAVO, Rival.OCTAVO, 10.0, 10.0),
                contender("QDQ", Rival.ONNX_RUNTIME, 20.0, 20.0),
                contender("Lite", Rival.TENSORFLOW_LITE, 20.0, 20.0),
                contender("Parts", Rival.ONEDNN, 20.0, 20.0));
        // The machine is twice as slow, which a ratio does not see; Lite is 10 % slower than before, relative to it.
        Path second = report(
                "second",
                contender(Report.OCTAVO, Rival.OCTAVO, 20.0, 20.0),
                contender("QDQ", Rival.ONNX_RUNTIME),
                contender("QOperator", Rival.ONNX_RUNTIME, 41.0, 41.0),
                contender("Lite", Rival.TENSORFLOW_LITE, 44.0, 44.0),
                contender("Parts", Rival.ONEDNN, 80.0, 80.0));
        StringWriter out = new StringWriter();
        assertThat(run(out, first, second)).isEqualTo(1);
        assertThat(out.toString().lines())
                .hasSize(3)
                .anyMatch(line -> line.contains("QDQ, QOperator")
                        && line.contains("0.500 × then 0.488 ×")
                        && line.endsWith(": within 5 %"))
                .anyMatch(line -> line.contains("Lite") && line.endsWith("-9.1 %: NOT within 5 %"))
                .anyMatch(line -> line.startsWith("1 of 2 ratios"));
        assertThat(run(new StringWriter(), first, first)).isZero();
    }

    @Test
    void reportsWithoutAnythingInCommonAreRefused() throws IOException {
        Path first = report("first", contender(Report.OCTAVO, Rival.OCTAVO, 10.0));
        StringWriter error = new StringWriter();
        CommandLine command = new CommandLine(new DifferenceCommand()).setErr(new PrintWriter(error));
        assertThat(command.execute(first.toString(), first.toString())).isEqualTo(2);
        assertThat(error.toString()).contains("no network and contender in common");
    }
}

package dev.octavo.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.benchmarks.rivals.Rival;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final String MARKED = """
        # Title
        <!-- performance with avx2: written by benchmarks/bin/benchmark readme -->
        other
        <!-- end of the table -->
        <!-- performance with isa: written by benchmarks/bin/benchmark readme -->
        old
        <!-- end of the table -->
        more
        """;

    @TempDir
    Path folder;

    private static Report.Contender contender(String name, Rival rival, boolean int8, Double... rounds) {
        return new Report.Contender(name, rival, int8, 1, 1, 30.125, List.of(rounds), 0.0125, "");
    }

    private static Report report() {
        Report.Network network = new Report.Network(
                "net<1>",
                1_000_000,
                2_000_000_000,
                List.of(
                        contender(Report.OCTAVO, Rival.OCTAVO, true, 10.0, 12.0, 11.0),
                        contender(Report.OCTAVO_FLOAT, Rival.OCTAVO, false, 40.0, 40.0, 44.0),
                        contender("Rival slow", Rival.ONNX_RUNTIME, true),
                        contender("Rival fast", Rival.ONNX_RUNTIME, true, 20.0, 20.0, 22.0),
                        contender("Another", Rival.TENSORFLOW_LITE, true, 40.0, 48.0, 44.0),
                        contender("Parts", Rival.ONEDNN, true, 5.0, 6.0, 5.5),
                        new Report.Contender("Broken", Rival.ONEDNN, true, 2, 1, 0, List.of(), null, "does not load")),
                List.of(new Report.Layer("conv", "kernel", 1_000_000, 10_000, 10)),
                new Report.Agreed(List.of(new Report.AgreedTensor("conv", 0.999, 1, 0.98, 2)), 0.01, ""),
                1.5,
                List.of(new Report.Start("Octavo", List.of(200.0, 210.0, 220.0), "")),
                new Report.SignedCost(List.of(10.0, 10.0), List.of(10.2, 10.2)));
        Report.Machine machine = new Report.Machine(
                "CPU", 2, "isa", Map.of(Report.Machine.INT8, 200.0, Report.Machine.READ + "L1", 150.0));
        return new Report(
                "2026-11-20T12:00:00Z",
                5,
                "command",
                machine,
                Map.of("JVM", "25"),
                List.of(network),
                List.of("Noisy."));
    }

    @Test
    void survivesItsFileAndMakesASelfContainedPage() throws IOException {
        ReportFiles.write(report(), folder);
        assertThat(ReportFiles.read(folder.resolve("report.json"))).isEqualTo(report());
        String page = Files.readString(folder.resolve("report.html"));
        // Rounds 10/20, 12/20, 11/22: the median deviation is 0.
        assertThat(page)
                .contains("net&lt;1&gt;", "Noisy.", "does not load", "<svg", "0.500 × ± 0.000", "0.500–0.600")
                .contains(
                        "30.125",
                        "1.25 %",
                        "1.020 × ± 0.000 of the default, within 1.04",
                        "210",
                        "99.9000 %",
                        "int8 GMAC/s",
                        "read GB/s L1")
                .doesNotContain("<script", "http:", "https:", "net<1>");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("report.json", "report.html");
        }
    }

    @Test
    void whatSignedActivationsCostIsSaidOnlyIfItIsCertain() {
        List<Double> unsigned = List.of(10.0, 10.0, 10.0);
        assertThat(new Report.SignedCost(unsigned, List.of(10.5, 10.5, 10.5)).verdict())
                .hasValueSatisfying(verdict -> assertThat(verdict).endsWith("above 1.04"));
        assertThat(new Report.SignedCost(unsigned, List.of(10.1, 10.3, 10.5)).verdict())
                .hasValueSatisfying(verdict -> assertThat(verdict).contains("too noisy"));
        assertThat(Report.SignedCost.none().verdict()).isEmpty();
    }

    @Test
    void theReadmeTableComparesWithTheFastestFormOfEachRuntime() {
        String readme = ReadmeTable.insert(MARKED, report());
        assertThat(readme)
                .startsWith("# Title\n")
                .endsWith("more\n")
                .contains("other")
                .doesNotContain("old")
                .doesNotContain("Noisy.")
                // Ratios 10/20, 12/20, 11/22; 10/40, 12/48, 11/44; 10/40, 12/40, 11/44. 2 GMAC in 11 ms are 182 of 200.
                .contains("| net<1> | 11.00 ms | 20.00 ms | 0.50 × [0.50–0.60] | 44.00 ms | 0.25 × [0.25–0.25]"
                        + " | 0.25 × [0.25–0.30] | 91 % |");
        assertThat(ReadmeTable.insert(readme, report())).isEqualTo(readme);
        assertThatThrownBy(() -> ReadmeTable.insert("no markers", report()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("README.md");
    }
}

package dev.octavo.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final String MARKED = """
        # Title
        <!-- performance table: written by benchmarks/bin/benchmark readme -->
        old
        <!-- end of the performance table -->
        more
        """;

    @TempDir
    Path folder;

    private static Report report() {
        Report.Network network = new Report.Network(
                "net<1>",
                1_000_000,
                2_000_000_000,
                List.of(
                        new Report.Contender(Report.OCTAVO, true, 1, List.of(10.0, 12.0, 11.0), ""),
                        new Report.Contender(Report.OCTAVO_FLOAT, false, 1, List.of(40.0, 40.0, 44.0), ""),
                        new Report.Contender("Rival slow", true, 1, List.of(30.0, 30.0, 30.0), ""),
                        new Report.Contender("Rival fast", true, 1, List.of(20.0, 20.0, 22.0), ""),
                        new Report.Contender("Rival broken", true, 1, List.of(), "does not load")),
                List.of(new Report.Layer("conv", "kernel", 1_000_000, 10_000, 10)),
                Optional.of(new Report.Agreed(1, 0.999, 2, 0.98, 0.01, "conv")),
                1.5,
                20,
                15);
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
        assertThat(page)
                .contains("net&lt;1&gt;", "Noisy.", "does not load", "<svg", "0.500 × [0.500–0.600]")
                .doesNotContain("<script", "http:", "https:", "net<1>");
    }

    @Test
    void theReadmeTableComparesWithTheFastestRival() {
        String readme = ReadmeTable.insert(MARKED, report());
        assertThat(readme)
                .startsWith("# Title\n")
                .endsWith("more\n")
                .doesNotContain("old")
                // Rounds 10/20, 12/20, 11/22 and 10/40, 12/40, 11/44; 2 GMAC in 11 ms are 182 of 200 GMAC/s.
                .contains("| net<1> | 11.00 ms | 20.00 ms | 0.50 × [0.50–0.60] | 0.25 × [0.25–0.30] | 91 % |")
                .contains("Noisy.");
        assertThat(ReadmeTable.insert(readme, report())).isEqualTo(readme);
        assertThatThrownBy(() -> ReadmeTable.insert("no markers", report()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("README.md");
    }
}

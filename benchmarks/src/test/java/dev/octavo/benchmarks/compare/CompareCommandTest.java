package dev.octavo.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.benchmarks.Main;
import dev.octavo.benchmarks.report.Report;
import dev.octavo.benchmarks.report.ReportFiles;
import dev.octavo.benchmarks.rivals.Rival;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command as users call it, on a network that takes seconds. */
class CompareCommandTest {
    @TempDir
    Path folder;

    private Report compare(String... options) throws IOException {
        CommandLine command = new CommandLine(Main.class);
        List<String> arguments = new ArrayList<>(List.of("compare", "--networks", "tiny", "--out"));
        arguments.add(folder.toString());
        arguments.addAll(List.of(options));
        assertThat(command.execute(arguments.toArray(String[]::new))).isZero();
        return ReportFiles.read(folder.resolve("report.json"));
    }

    @Test
    void everyContenderHasATimeOrAReasonAndThePageHoldsThem() throws IOException {
        Report report = compare(
                "--threads",
                "1",
                "--batch",
                "3",
                "--starts",
                "1",
                "--rounds",
                "3",
                "--seconds",
                "0.005",
                "--signed",
                "--minutes",
                "60");
        Report.Network network = report.networks().getFirst();
        assertThat(report.networks()).hasSize(1);
        assertThat(network.id()).isEqualTo("tiny");
        List<String> names = Variant.all(1).stream().map(Variant::name).toList();
        assertThat(network.at(1, 1).map(Report.Contender::name)).containsExactlyElementsOf(names);
        assertThat(network.at(1, 3).map(Report.Contender::name))
                .containsExactlyElementsOf(names.stream()
                        .filter(name -> !name.equals(Report.OCTAVO_FLOAT))
                        .toList());
        assertThat(network.timing(Report.OCTAVO, 1, 1)).isPresent();
        assertThat(network.timing(Report.OCTAVO, 1, 3)).isPresent();
        assertThat(network.contenders()).allSatisfy(c -> {
            assertThat(c.measured() || c.screening() > 0 || !c.failure().isEmpty())
                    .as("a time or a reason: %s", c)
                    .isTrue();
            if (c.measured()) {
                assertThat(c.rounds()).hasSize(3).allMatch(millis -> millis > 0);
            }
        });
        assertThat(network.best(Rival.ONNX_RUNTIME, true, 1, 1)).isPresent();
        // Quantized like the model itself, up to the rounding of residuals.
        assertThat(network.best(Rival.ONNX_RUNTIME, true, 1, 1).orElseThrow().difference())
                .isBetween(0.0, 0.1);
        assertThat(network.timing(Report.OCTAVO_PICTURE, 1, 1)).isPresent();
        assertThat(network.layers()).isNotEmpty();
        assertThat(network.agreement().failure()).isEmpty();
        assertThat(network.agreement().tensors()).isNotEmpty();
        assertThat(network.agreement().largest()).isLessThanOrEqualTo(1);
        assertThat(network.starts())
                .isNotEmpty()
                .allSatisfy(s -> assertThat(s.millis()).as(s.failure()).hasSize(1));
        assertThat(network.signedCost().ratio().orElseThrow().rounds()).hasSizeBetween(3 * 7, 3 * 12);
        String page = Files.readString(folder.resolve("report.html"));
        assertThat(page).contains("tiny", "All activations signed", "From the start of a JVM", "layer by layer");
        network.contenders().forEach(c -> assertThat(page).contains(c.name()));
    }

    @Test
    void whatThereIsNoTimeForIsReported() throws IOException {
        Report report = compare(
                "--threads",
                "1",
                "--batch",
                "8",
                "--starts",
                "1",
                "--rounds",
                "3",
                "--seconds",
                "0.01",
                "--minutes",
                "0.001");
        Report.Network network = report.networks().getFirst();
        // The first setting has the first form of every rival, and rounds, however little time there is.
        assertThat(network.timing(Report.OCTAVO, 1, 1)).isPresent();
        assertThat(network.best(Rival.ONNX_RUNTIME, true, 1, 1)).isPresent();
        assertThat(network.at(1, 1).map(Report.Contender::failure)).anyMatch(f -> f.contains(Report.NO_TIME));
        assertThat(network.at(1, 8))
                .hasSize(Variant.all(1).size() - 1)
                .allMatch(c -> c.failure().startsWith(Report.NOT_TRIED));
        assertThat(network.starts()).isNotEmpty().allMatch(s -> s.failure().contains(Report.NO_TIME));
        assertThat(report.notices())
                .anyMatch(n -> n.startsWith("tiny: for lack of time") && n.contains("at one thread, batch 8"));
        assertThat(Files.readString(folder.resolve("report.html"))).contains(Report.NO_TIME);
    }
}

package dev.octavo.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.kernels.FloatReduction;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelWriter;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import dev.octavo.tools.vision.PictureReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code octavo run}. */
final class RunCommandTest extends CommandTest {
    @Test
    void runNamesTheBestClasses() {
        assertThat(run("run", "MODEL", "DIR/pictures/green.png", "--top", "2")).isZero();
        assertThat(out.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line).endsWith("green.png"),
                        line -> assertThat(line).contains("100.00 %").endsWith("green (1)"),
                        line -> assertThat(line).contains("0.00 %").endsWith("blue (2)"));
    }

    @Test
    void oneBadPictureDoesNotKeepOthersFromBeingAnswered() throws IOException {
        Files.writeString(folder.resolve("bad.png"), "no picture");
        assertThat(run("run", "MODEL", "DIR/bad.png", "DIR/pictures/green.png", "--top", "1"))
                .isEqualTo(1);
        assertThat(err.toString().lines()).singleElement().asString().contains("bad.png: not a picture");
        assertThat(out.toString()).contains("green (1)");
    }

    @Test
    void runDrawsMasks() throws IOException {
        // The network's means as a mask of one row: taken for what they are told to be.
        Path file = folder.resolve("planes.octavo");
        ModelDefinition means = channelMeans(1);
        ModelWriter.write(
                new ModelDefinition(
                        means.metadata(),
                        List.of(TensorDefinition.ofFloat("x", 1, 3, 8, 8), TensorDefinition.ofFloat("y", 1, 3, 1, 8)),
                        List.of(new OperationDefinition(
                                "mean", new Operation.Reduction(FloatReduction.Kind.MEAN, List.of(2)), List.of(0), 1)),
                        List.of(0),
                        List.of(1),
                        true),
                file);
        assertThat(run(
                        "run",
                        file.toString(),
                        "DIR/pictures/green.png",
                        "--task",
                        "segmenter",
                        "--fit",
                        "stretch",
                        "--draw",
                        "DIR/mask.png"))
                .isZero();
        assertThat(out.toString()).contains("100.00 %  green");
        assertThat(PictureReader.read(folder.resolve("mask.png")).height()).isGreaterThan(9);
    }

    @Test
    void runSaysWhatOutputsAreWhoseMeaningIsUnknown() throws IOException {
        Path file = folder.resolve("unknown.octavo");
        ModelDefinition means = channelMeans(1);
        ModelWriter.write(
                new ModelDefinition(
                        means.metadata(),
                        List.of(TensorDefinition.ofFloat("x", 1, 3, 8, 8), TensorDefinition.ofFloat("y", 1, 3, 8)),
                        List.of(new OperationDefinition(
                                "mean", new Operation.Reduction(FloatReduction.Kind.MEAN, List.of(2)), List.of(0), 1)),
                        List.of(0),
                        List.of(1),
                        true),
                file);
        assertThat(run("run", file.toString(), "DIR/pictures/green.png")).isZero();
        assertThat(out.toString()).contains("y 1×3×8: 10.0000 to 200.0000").contains("--task");
    }
}

package dev.octavo.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.tools.demo.DemoModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code octavo study}. */
final class StudyCommandTest extends CommandTest {
    @Test
    void studyPutsPublishedLossesBesideMeasuredOnes() throws IOException {
        Path onnx = folder.resolve("signs.onnx");
        Files.write(onnx, DemoModel.onnx());
        assertThat(run(
                        "study",
                        onnx.toString(),
                        "--data",
                        "DIR/pictures",
                        "--pictures",
                        "2",
                        "--out",
                        "DIR/study.html"))
                .isZero();
        assertThat(out.toString()).contains("signs", "2 pictures", "SQuant: ResNet18 10.69");
        assertThat(folder.resolve("study.html"))
                .content()
                .contains("Integers against fake quantization")
                .doesNotContain("http");
        assertThat(run("study", "MODEL", "--data", "DIR/pictures")).isEqualTo(1);
        assertThat(err.toString()).contains("begins with the float network");
    }
}

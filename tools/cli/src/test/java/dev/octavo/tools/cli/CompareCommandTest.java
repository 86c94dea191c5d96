package dev.octavo.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.tools.demo.DemoModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code octavo compare}. */
final class CompareCommandTest extends CommandTest {
    @Test
    void compareRanksLayers() throws IOException {
        Path onnx = folder.resolve("signs.onnx");
        Files.write(onnx, DemoModel.onnx());
        assertThat(run("convert", onnx.toString(), "-o", "DIR/signs.octavo", "--no-check"))
                .isZero();
        assertThat(run(
                        "compare",
                        onnx.toString(),
                        "DIR/signs.octavo",
                        "--data",
                        "DIR/pictures",
                        "--report",
                        "DIR/compared.html"))
                .isZero();
        assertThat(out.toString()).contains("layer, dearest first").contains("agreement");
        assertThat(folder.resolve("compared.html"))
                .content()
                .contains("What layers cost")
                .doesNotContain("http");
        assertThat(run("compare", onnx.toString(), "DIR/signs.octavo", "--data", "DIR/pictures", "--json"))
                .isZero();
        assertThat(out.toString().lines().toList().getLast())
                .startsWith("{\"model\":")
                .contains("\"images\":4,", "\"costShare\":", "\"unmatched\":[]");
        assertThat(run("compare", "DIR/signs.octavo", onnx.toString(), "--data", "DIR/pictures"))
                .isEqualTo(2);
    }
}

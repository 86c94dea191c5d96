package dev.octavo.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.tools.onnx.OnnxBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code octavo conformance}. */
final class ConformanceCommandTest extends CommandTest {
    @Test
    void conformanceCountsAndExplains() throws IOException {
        conformanceTest("passes", "Relu", 0, 2);
        conformanceTest("fails", "Relu", -1, 2);
        conformanceTest("strange", "Strange", -1, 2);
        assertThat(run("conformance", "DIR/node", "--json")).isEqualTo(1);
        assertThat(json())
                .containsEntry("passed", 1.0)
                .containsEntry("failed", 1.0)
                .containsEntry("notApplicable", 1.0);
        assertThat(out.toString())
                .contains("\"fails\":\"output 'y'")
                .contains("\"strange\":")
                .contains("Strange");
    }

    private void conformanceTest(String name, String operator, float... expected) throws IOException {
        Path test = folder.resolve("node").resolve(name);
        Path set = Files.createDirectories(test.resolve("test_data_set_0"));
        Files.write(
                test.resolve("model.onnx"),
                new OnnxBuilder(17)
                        .input("x", 1, 2)
                        .output("y")
                        .node(operator, "x", "y")
                        .bytes());
        Files.write(
                set.resolve("input_0.pb"),
                OnnxBuilder.floatTensor("x", new long[] {1, 2}, -1, 2).toByteArray());
        Files.write(
                set.resolve("output_0.pb"),
                OnnxBuilder.floatTensor("y", new long[] {1, 2}, expected).toByteArray());
    }
}

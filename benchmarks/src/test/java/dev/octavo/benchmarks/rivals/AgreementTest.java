package dev.octavo.benchmarks.rivals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.tools.export.Int8Export;
import dev.octavo.tools.export.Int8Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AgreementTest {
    @TempDir
    Path folder;

    @Test
    void everyTensorAgreesUpToTies() {
        Agreement agreement = Agreement.of(SmallModel.build(), SessionOptions.defaults(), SmallModel.images(1));
        assertThat(agreement.isolated()).hasSize(9).allSatisfy(t -> {
            assertThat(t.largest()).as(t.name()).isLessThanOrEqualTo(1);
            // Sums are of terms rounded to 1/64 and go up at ties, of which those of halves and eighths have many.
            boolean sum = t.name().equals("residual") || t.name().equals("add");
            assertThat(t.equal()).as(t.name()).isGreaterThan(sum ? 0.9 : 0.999);
        });
        assertThat(agreement.chained()).hasSize(9);
        assertThat(Agreement.equal(agreement.chained())).isGreaterThan(0.97);
        assertThat(agreement.logitDifference()).isLessThan(0.01);
    }

    static List<Int8Form> forms() {
        return Int8Form.all();
    }

    @ParameterizedTest
    @MethodSource("forms")
    void everyFormComputesTheSameNetwork(Int8Form form) throws IOException {
        ModelDefinition definition = SmallModel.build();
        Path file = folder.resolve("small.onnx");
        Files.write(file, Int8Export.fast(definition, form).toByteArray());
        int size = SmallModel.SIZE;
        try (Model model = Model.of(definition);
                Session session = model.newSession();
                OnnxRuntime theirs = OnnxRuntime.open(
                        file,
                        OnnxRuntime.Settings.ofThreads(1),
                        new int[] {1, SmallModel.CHANNELS, size, size},
                        SmallModel.images(1),
                        SmallModel.CLASSES)) {
            Tensor ours = session.run(Tensor.of(SmallModel.images(1), 1, SmallModel.CHANNELS, size, size));
            theirs.run();
            // A rounded branch and a missing clamp cost a little; a wrong scale, zero point or layout costs everything.
            assertThat(SmallModel.relativeError(ours.toFloatArray(), theirs.output()))
                    .isLessThan(0.01);
        }
    }
}

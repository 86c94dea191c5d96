package dev.octavo.tools.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.Operation;
import dev.octavo.tools.convert.Conversion;
import dev.octavo.tools.convert.ConversionOptions;
import dev.octavo.tools.convert.Converter;
import dev.octavo.tools.demo.DemoModel;
import dev.octavo.tools.onnx.OnnxReader;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo's network, exported and read again. */
class QdqExportTest {
    private static ModelDefinition model() {
        return Converter.convert(OnnxReader.read(DemoModel.onnx(), "signs.onnx"), ConversionOptions.forBits(8))
                .model();
    }

    private static float[] logits(ModelDefinition definition, float[] image, int[] shape) {
        try (Model model = Model.of(definition);
                Session session = model.newSession()) {
            return session.run(Tensor.of(image, shape)).toFloatArray();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void comesBackWithTheSameResults(boolean signed) {
        ModelDefinition model = model();
        byte[] file = QdqExport.of(model, signed).toByteArray();
        Conversion again = Converter.convert(OnnxReader.read(file, "again.onnx"), ConversionOptions.forBits(8));
        assertThat(again.adaptations()).isEmpty();
        assertThat(again.layers())
                .allSatisfy(layer -> assertThat(layer.weightScale()).isPositive());
        int[] shape = model.tensors().get(model.inputs().getFirst()).shape();
        SplittableRandom random = new SplittableRandom(6);
        for (int i = 0; i < 3; i++) {
            float[] image = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
            for (int p = 0; p < image.length; p++) {
                image[p] = random.nextInt(256);
            }
            assertThat(logits(again.model(), image, shape)).containsExactly(logits(model, image, shape));
        }
    }

    @Test
    void ncnnTableHasEveryLayerTwice() {
        ModelDefinition model = model();
        List<String> names = model.operations().stream()
                .filter(operation -> operation.operation() instanceof Operation.Convolution)
                .map(operation -> operation.name())
                .toList();
        List<String> lines = NcnnTable.of(model).lines().toList();
        assertThat(lines).hasSize(2 * names.size());
        for (int i = 0; i < names.size(); i++) {
            List<String> weights = List.of(lines.get(i).split(" "));
            List<String> input = List.of(lines.get(names.size() + i).split(" "));
            assertThat(weights.getFirst()).isEqualTo(names.get(i) + "_param_0");
            assertThat(weights.size()).isGreaterThan(2);
            assertThat(input.getFirst()).isEqualTo(names.get(i));
            assertThat(input).hasSize(2);
            assertThat(Double.parseDouble(input.getLast())).isPositive();
        }
    }
}

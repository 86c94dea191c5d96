package dev.octavo.tools.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.kernels.Requantization;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.Operation;
import dev.octavo.tools.convert.Conversion;
import dev.octavo.tools.convert.ConversionOptions;
import dev.octavo.tools.convert.Converter;
import dev.octavo.tools.demo.DemoModel;
import dev.octavo.tools.onnx.OnnxBuilder;
import dev.octavo.tools.onnx.OnnxReader;
import dev.octavo.tools.options.FidelityOptions;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo's network, exported and read again. */
class QdqExportTest {
    private static ModelDefinition model() {
        return Converter.convert(
                        OnnxReader.read(DemoModel.onnx(), "signs.onnx"),
                        ConversionOptions.forBits(8).withFidelity(FidelityOptions.none()))
                .model();
    }

    private static float[] logits(ModelDefinition definition, float[] image, int[] shape) {
        try (Model model = Model.of(definition);
                Session session = model.newSession()) {
            return session.run(Tensor.of(image, shape)).toFloatArray();
        }
    }

    /** Two layers with a ReLU6 between them, which equalization scales channel by channel. */
    private static ModelDefinition modelWithBoundsByChannel() {
        OnnxBuilder builder = new OnnxBuilder(13)
                .input("x", 1, 3, 6, 6)
                .ramp("w", 8, 3, 3, 3)
                .floats("b", new long[] {8}, 0.5f, 3, 0.1f, 9, 2, 0.2f, 5, 1)
                .ramp("v", 4, 8, 1, 1)
                .scalar("low", 0)
                .scalar("high", 6)
                .node("Conv", List.of("x", "w", "b"), List.of("y"))
                .node("Clip", List.of("y", "low", "high"), List.of("z"))
                .node("Conv", List.of("z", "v"), List.of("logits"))
                .output("logits");
        return Converter.convert(builder.read(), ConversionOptions.forBits(8).withFidelity(FidelityOptions.none()))
                .model();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void comesBackWithTheSameResults(boolean signed) {
        comesBack(model(), signed);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void boundsOfTheChannelsComeBackToo(boolean signed) {
        ModelDefinition model = modelWithBoundsByChannel();
        assertThat(model.operations())
                .anySatisfy(operation -> assertThat(operation.operation())
                        .isInstanceOfSatisfying(
                                Operation.Convolution.class,
                                convolution -> assertThat(((Requantization) convolution.epilogue()).high())
                                        .hasSize(8)));
        comesBack(model, signed);
    }

    /** What a network computes of all samples at once may be a tensor without any extent. */
    @Test
    void scalarsComeBack() {
        ModelDefinition model = Converter.convert(
                        new OnnxBuilder(13)
                                .input("x", 1, 3, 3, 3)
                                .node("ReduceMax", "x", "greatest", OnnxBuilder.attribute("keepdims", 0))
                                .node("Div", List.of("x", "greatest"), List.of("y"))
                                .output("y")
                                .read(),
                        ConversionOptions.forBits(8).withFidelity(FidelityOptions.none()))
                .model();
        assertThat(model.tensors())
                .anySatisfy(tensor -> assertThat(tensor.shape()).isEmpty());
        ModelDefinition again = Converter.convert(
                        OnnxReader.read(QdqExport.of(model, false).toByteArray(), "again.onnx"),
                        ConversionOptions.forBits(8).withFidelity(FidelityOptions.none()))
                .model();

        float[] samples = new float[3 * 3 * 3];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = i * 0.37f - 3;
        }
        assertThat(logits(again, samples, new int[] {1, 3, 3, 3}))
                .containsExactly(logits(model, samples, new int[] {1, 3, 3, 3}));
    }

    private static void comesBack(ModelDefinition model, boolean signed) {
        byte[] file = QdqExport.of(model, signed).toByteArray();
        Conversion again = Converter.convert(
                OnnxReader.read(file, "again.onnx"),
                ConversionOptions.forBits(8).withFidelity(FidelityOptions.none()));
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

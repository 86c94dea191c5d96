package dev.octavo.tools.lower;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.kernels.Activation;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatUnary.Function;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.TensorDefinition;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.options.QuantizationOptions;
import dev.octavo.tools.passes.Passes;
import dev.octavo.tools.quantize.PixelInput;
import dev.octavo.tools.quantizer.Quantizer;
import dev.octavo.tools.simulate.SyntheticForward;
import dev.octavo.tools.statistics.InputEncoding;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Functions that are computed from the accumulators of layers, and the codes that their results are stored in. */
class ActivationLoweringTest {
    private static final InputEncoding PIXELS =
            new InputEncoding.Pixels(PixelInput.of(CalibratedNetwork.MEAN, CalibratedNetwork.STD));

    private static ModelDefinition quantized(Graph graph, QuantizationOptions options) {
        return QuantizedLowering.lower(
                Quantizer.of(options, new SyntheticForward(1, 0))
                        .quantize(Passes.apply(graph, Passes.folding()), PIXELS),
                CalibratedNetwork.metadata());
    }

    private static CalibratedNetwork with(Op.Unary function) {
        var network = new CalibratedNetwork(3).convolution("a", "picture", 12, 3, 1, false);
        network.add("fa", function, List.of("a"), network.shape("a")).convolution("d", "fa", 12, 3, 2, true);
        network.add("fd", function, List.of("d"), network.shape("d")).convolution("p", "fd", 20, 1, 1, false);
        network.add("fp", function, List.of("p"), network.shape("p"));
        return network.convolution("q", "fp", 8, 3, 1, false);
    }

    @ParameterizedTest
    @CsvSource({
        "SWISH, 1, 0, UINT8, true",
        "HARD_SWISH, 0, 0, UINT8, true",
        "LEAKY_RELU, 0.1, 0, UINT8, true",
        "GELU, 0, 0, UINT8, true",
        "MISH, 0, 0, UINT8, true",
        "SIGMOID, 0, 0, UINT8, false",
        "TANH, 0, 0, INT8, false"
    })
    void functionsAreComputedFromAccumulators(
            Function function, float alpha, float beta, ElementType type, boolean offset) {
        CalibratedNetwork network = with(new Op.Unary(function, alpha, beta));
        Graph graph = network.output("q");
        ModelDefinition model = quantized(graph, QuantizationOptions.forBits(8));
        assertThat(model.operations())
                .extracting(operation -> operation.operation().getClass().getSimpleName())
                .containsOnly("Convolution")
                .hasSize(4);
        for (int k = 0; k < 3; k++) {
            assertThat(((Operation.Convolution) model.operations().get(k).operation()).epilogue())
                    .isInstanceOfSatisfying(
                            Activation.class,
                            activation ->
                                    assertThat(activation.function().name()).isEqualTo(function));
            TensorDefinition tensor =
                    model.tensors().get(model.operations().get(k).output());
            assertThat(tensor.type()).isEqualTo(type);
            assertThat(tensor.zeroCode() > 0).isEqualTo(offset);
        }
        List<float[]> expected = CalibratedNetwork.runFloat(graph, network.testPictures());
        assertThat(CalibratedNetwork.signalToNoise(expected, CalibratedNetwork.run(model, network.testPictures())))
                .isGreaterThan(24);
    }

    @Test
    void whatIsToBeSignedHasNoOffset() {
        Graph graph = with(new Op.Unary(Function.SWISH, 1, 0)).output("q");
        ModelDefinition model = quantized(graph, QuantizationOptions.forBits(8).withSignedActivations(true));
        model.operations()
                .forEach(operation -> assertThat(
                                model.tensors().get(operation.output()).zeroCode())
                        .isZero());
    }

    @Test
    void aValueTimesItsSigmoidIsOneFunction() {
        var network = new CalibratedNetwork(4).convolution("a", "picture", 12, 3, 1, false);
        network.add("s", new Op.Unary(Function.SIGMOID, 0, 0), List.of("a"), network.shape("a"))
                .add("fa", new Op.Binary(FloatBinary.Function.MULTIPLY), List.of("s", "a"), network.shape("a"))
                .convolution("q", "fa", 8, 1, 1, false);
        ModelDefinition model = quantized(network.output("q"), QuantizationOptions.forBits(8));
        assertThat(model.operations()).hasSize(2);
        assertThat(((Operation.Convolution) model.operations().getFirst().operation()).epilogue())
                .isInstanceOfSatisfying(
                        Activation.class,
                        activation -> assertThat(activation.function().name()).isEqualTo(Function.SWISH));
    }
}

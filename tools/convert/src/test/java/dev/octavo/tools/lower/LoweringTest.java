package dev.octavo.tools.lower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.kernels.Pooling;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.Window;
import dev.octavo.tools.options.QuantizationOptions;
import dev.octavo.tools.passes.Passes;
import dev.octavo.tools.quantize.PixelInput;
import dev.octavo.tools.quantize.WeightScope;
import dev.octavo.tools.quantizer.Measurer;
import dev.octavo.tools.quantizer.QuantizedGraph;
import dev.octavo.tools.quantizer.Quantizer;
import dev.octavo.tools.simulate.SyntheticForward;
import dev.octavo.tools.statistics.InputEncoding;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Integer models of random networks against the float models of the same networks. */
class LoweringTest {
    private static final InputEncoding PIXELS =
            new InputEncoding.Pixels(PixelInput.of(CalibratedNetwork.MEAN, CalibratedNetwork.STD));
    private static final float INFINITY = Float.POSITIVE_INFINITY;

    private static ModelDefinition quantized(Graph graph, QuantizationOptions options) {
        QuantizedGraph integers = Quantizer.of(options, new SyntheticForward(1, 0))
                .quantize(Passes.apply(graph, Passes.folding()), PIXELS);
        return QuantizedLowering.lower(integers, CalibratedNetwork.metadata());
    }

    private static double signalToNoise(CalibratedNetwork network, Graph graph, QuantizationOptions options) {
        List<float[]> expected = CalibratedNetwork.runFloat(graph, network.testPictures());
        List<float[]> actual = CalibratedNetwork.run(quantized(graph, options), network.testPictures());
        return CalibratedNetwork.signalToNoise(expected, actual);
    }

    private static QuantizationOptions bits(int bits) {
        return QuantizationOptions.forBits(bits);
    }

    private static CalibratedNetwork residual() {
        var network = new CalibratedNetwork(1)
                .convolution("a", "picture", 16, 3, 1, false)
                .clip("ra", "a", 0, INFINITY)
                .convolution("b", "ra", 16, 3, 1, false)
                .clip("rb", "b", 0, INFINITY)
                .convolution("c", "rb", 16, 3, 1, false);
        network.add("sum", new Op.Binary(FloatBinary.Function.ADD), List.of("ra", "c"), network.shape("c"))
                .clip("rsum", "sum", 0, INFINITY)
                .add("pooled", new Op.GlobalPool(Pooling.Kind.AVERAGE), List.of("rsum"), 1, 16, 1, 1)
                .add("flat", new Op.Reshape(), List.of("pooled"), 1, 16)
                .linear("logits", "flat", 10);
        return network;
    }

    private static CalibratedNetwork separable() {
        return new CalibratedNetwork(2)
                .convolution("a", "picture", 12, 3, 1, false)
                .clip("ra", "a", 0, 6)
                .convolution("d", "ra", 12, 3, 2, true)
                .clip("rd", "d", 0, 6)
                .convolution("p", "rd", 20, 1, 1, false)
                .clip("rp", "p", 0, 6)
                .convolution("q", "rp", 8, 1, 1, false);
    }

    @Test
    void residualNetwork() {
        CalibratedNetwork network = residual();
        Graph graph = network.output("logits");
        assertThat(signalToNoise(network, graph, bits(8))).isGreaterThan(28);
        assertThat(signalToNoise(network, graph, bits(8).withSignedActivations(true)))
                .isGreaterThan(24);
        assertThat(signalToNoise(network, graph, bits(8).withScope(WeightScope.CHANNEL)))
                .isGreaterThan(28);
        assertThat(signalToNoise(network, graph, bits(6))).isGreaterThan(15);
        ModelDefinition model = quantized(graph, bits(8));
        assertThat(model.operations())
                .extracting(operation -> operation.operation().getClass().getSimpleName())
                .as("the sum and all activations are fused, and nothing is computed in float")
                .containsExactly("Convolution", "Convolution", "Convolution", "Pool", "Reshape", "Convolution");
        assertThat(model.tensors().get(model.inputs().getFirst()).type()).isEqualTo(ElementType.UINT8);
        assertThat(model.tensors().get(model.inputs().getFirst()).zeroCodes())
                .containsExactly((byte) 120, (byte) 115, (byte) 100);
    }

    @Test
    void separableNetworkWithRelu6() {
        CalibratedNetwork network = separable();
        Graph graph = network.output("q");
        assertThat(signalToNoise(network, graph, bits(8))).isGreaterThan(28);
        assertThat(signalToNoise(network, graph, bits(8).withScope(WeightScope.CHANNEL)))
                .isGreaterThan(28);
    }

    @Test
    void concatenationSharesOneScale() {
        var network = new CalibratedNetwork(3)
                .convolution("a", "picture", 8, 3, 1, false)
                .clip("ra", "a", 0, INFINITY)
                .convolution("b", "picture", 8, 1, 1, false)
                .clip("rb", "b", 0, INFINITY);
        network.add("both", new Op.Concat(1), List.of("ra", "rb"), 1, 16, 12, 12)
                .add(
                        "max",
                        new Op.Pool(
                                Pooling.Kind.MAX,
                                new Window(ConvolutionShape.of(3, 3).withStride(2, 2), 1, 1, 1, 1),
                                false),
                        List.of("both"),
                        1,
                        16,
                        6,
                        6)
                .add(
                        "average",
                        new Op.Pool(
                                Pooling.Kind.AVERAGE,
                                new Window(ConvolutionShape.of(3, 3).withStride(1, 1), 1, 1, 1, 1),
                                true),
                        List.of("max"),
                        1,
                        16,
                        6,
                        6)
                .convolution("c", "average", 8, 3, 1, false);
        Graph graph = network.output("c");
        assertThat(signalToNoise(network, graph, bits(8))).isGreaterThan(28);
        ModelDefinition model = quantized(graph, bits(8));
        OperationDefinition concat = model.operations().stream()
                .filter(operation -> operation.operation() instanceof Operation.Concat)
                .findFirst()
                .orElseThrow();
        float scale = model.tensors().get(concat.output()).scale();
        for (int input : concat.inputs()) {
            assertThat(model.tensors().get(input).scale()).isEqualTo(scale);
        }
    }

    @Test
    void otherActivationsAreTables() {
        var network = new CalibratedNetwork(4).convolution("a", "picture", 8, 3, 1, false);
        int[] shape = network.shape("a");
        network.add("swish", new Op.Unary(FloatUnary.Function.HARD_SWISH, 0, 0), List.of("a"), shape)
                .convolution("b", "swish", 8, 3, 1, false)
                .add("leaky", new Op.Unary(FloatUnary.Function.LEAKY_RELU, .1f, 0), List.of("b"), shape)
                .convolution("c", "leaky", 8, 3, 1, false)
                .add("pooled", new Op.GlobalPool(Pooling.Kind.AVERAGE), List.of("leaky"), 1, 8, 1, 1)
                .convolution("gate", "pooled", 8, 1, 1, false)
                .add("sigmoid", new Op.Unary(FloatUnary.Function.SIGMOID, 0, 0), List.of("gate"), 1, 8, 1, 1)
                .add("gated", new Op.Binary(FloatBinary.Function.MULTIPLY), List.of("c", "sigmoid"), shape)
                .convolution("d", "gated", 8, 1, 1, false);
        Graph graph = network.output("d");
        assertThat(signalToNoise(network, graph, bits(8))).isGreaterThan(22);
        assertThat(quantized(graph, bits(8)).operations())
                .noneMatch(operation -> operation.operation() instanceof Operation.Unary
                        || operation.operation() instanceof Operation.Binary);
    }

    @Test
    void whatHasNoIntegerFormRunsInFloat() {
        CalibratedNetwork network = residual();
        network.add("softmax", new Op.Softmax(1), List.of("logits"), 1, 10);
        Graph graph = network.output("softmax");
        ModelDefinition model = quantized(graph, bits(8));
        assertThat(model.operations().getLast().operation()).isInstanceOf(Operation.Softmax.class);
        assertThat(model.operations()).noneMatch(operation -> operation.operation() instanceof Operation.Dequantize);
        assertThat(signalToNoise(network, graph, bits(8))).isGreaterThan(20);
    }

    @Test
    void aFloatIslandBetweenIntegers() {
        CalibratedNetwork network = new CalibratedNetwork(5).convolution("a", "picture", 8, 3, 1, false);
        network.add("softmax", new Op.Softmax(1), List.of("a"), network.shape("a"))
                .convolution("b", "softmax", 8, 3, 1, false)
                .clip("rb", "b", 0, INFINITY)
                .convolution("c", "rb", 8, 3, 1, false);
        Graph graph = network.output("c");
        assertThat(signalToNoise(network, graph, bits(8))).isGreaterThan(28);
        assertThat(quantized(graph, bits(8)).operations())
                .extracting(operation -> operation.operation().getClass().getSimpleName())
                .containsExactly("Convolution", "Softmax", "Quantize", "Convolution", "Convolution");
    }

    /** Also where the network itself uses a name that a helper would have. */
    @Test
    void outputsKeepTheirNamesAndOrder() {
        CalibratedNetwork network = new CalibratedNetwork(6)
                .convolution("a", "picture", 8, 3, 1, false)
                .clip("a/codes", "a", 0, INFINITY)
                .convolution("b/real", "a/codes", 8, 3, 1, false)
                .clip("b", "b/real", 0, INFINITY)
                .convolution("c", "b", 8, 3, 1, false);
        Graph graph = network.output("c")
                .edit()
                .output("a/codes")
                .output("b")
                .output("b/real")
                .output("a")
                .build();
        ModelDefinition model = quantized(graph, bits(8));
        assertThat(model.outputs().stream().map(output -> model.tensors().get(output)))
                .extracting(TensorDefinition::name)
                .containsExactly("c", "a/codes", "b", "b/real", "a");
        assertThat(model.tensors()).extracting(TensorDefinition::name).doesNotHaveDuplicates();
        assertThat(model.outputs().stream().map(output -> model.tensors().get(output)))
                .extracting(TensorDefinition::type)
                .containsOnly(ElementType.FLOAT32);
    }

    @Test
    void realNumbersAsInput() {
        CalibratedNetwork network = separable();
        Graph graph = network.output("q");
        Graph folded = Passes.apply(graph, Passes.folding());
        QuantizedGraph integers = Quantizer.of(bits(8), Measurer.NONE).quantize(folded, new InputEncoding.Reals(-3, 3));
        ModelDefinition model = QuantizedLowering.lower(integers, CalibratedNetwork.metadata());
        assertThat(model.tensors().get(model.inputs().getFirst()).type()).isEqualTo(ElementType.INT8);
        List<float[]> expected = CalibratedNetwork.runFloat(graph, network.testPictures());
        List<float[]> actual = CalibratedNetwork.run(
                model,
                network.testPictures().stream()
                        .map(CalibratedNetwork::normalised)
                        .toList());
        assertThat(CalibratedNetwork.signalToNoise(expected, actual)).isGreaterThan(24);
    }

    @Test
    void everyRunGivesTheSameIntegers() {
        Graph graph = separable().output("q");
        ModelDefinition first = quantized(graph, bits(8));
        for (int run = 0; run < 3; run++) {
            ModelDefinition again = quantized(graph, bits(8));
            for (int i = 0; i < first.operations().size(); i++) {
                if (first.operations().get(i).operation() instanceof Operation.Convolution expected
                        && again.operations().get(i).operation() instanceof Operation.Convolution actual) {
                    assertThat(actual.weights().toArray(ValueLayout.JAVA_BYTE))
                            .isEqualTo(expected.weights().toArray(ValueLayout.JAVA_BYTE));
                    assertThat(actual.bias()).isEqualTo(expected.bias());
                }
            }
        }
    }

    @Test
    void refusesANormalisationOfOtherChannels() {
        Graph graph = Passes.apply(separable().output("q"), Passes.folding());
        var grey = new InputEncoding.Pixels(PixelInput.of(new double[] {0}, new double[] {1}));
        assertThatThrownBy(() -> Quantizer.of(bits(8), Measurer.NONE).quantize(graph, grey))
                .isInstanceOf(GraphException.class)
                .hasMessageContaining("3 channels")
                .hasMessageContaining("given for 1");
    }
}

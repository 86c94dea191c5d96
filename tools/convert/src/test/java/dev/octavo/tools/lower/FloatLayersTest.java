package dev.octavo.tools.lower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.tiers.KernelSets;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.options.QuantizationOptions;
import dev.octavo.tools.passes.Passes;
import dev.octavo.tools.quantize.PixelInput;
import dev.octavo.tools.quantizer.Measurer;
import dev.octavo.tools.quantizer.QuantizedGraph;
import dev.octavo.tools.quantizer.Quantizer;
import dev.octavo.tools.statistics.InputEncoding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers that stay in float between integer ones. */
class FloatLayersTest {
    private static final InputEncoding PIXELS =
            new InputEncoding.Pixels(PixelInput.of(CalibratedNetwork.MEAN, CalibratedNetwork.STD));

    private static final CalibratedNetwork NETWORK = network();
    private static final Graph GRAPH = Passes.apply(NETWORK.output("logits"), Passes.folding());

    /** Layers a, b and c with a residual around b and c, a capped depthwise layer d, and a last one. */
    private static CalibratedNetwork network() {
        var network = new CalibratedNetwork(5)
                .convolution("a", "picture", 16, 3, 1, false)
                .clip("ra", "a", 0, Float.POSITIVE_INFINITY)
                .convolution("b", "ra", 16, 3, 1, false)
                .clip("rb", "b", 0, Float.POSITIVE_INFINITY)
                .convolution("c", "rb", 16, 3, 1, false);
        network.add("sum", new Op.Binary(FloatBinary.Function.ADD), List.of("ra", "c"), network.shape("c"))
                .clip("rsum", "sum", 0, Float.POSITIVE_INFINITY)
                .convolution("d", "rsum", 16, 3, 2, true)
                .clip("rd", "d", 0, 6)
                .add("pooled", new Op.GlobalPool(Pooling.Kind.AVERAGE), List.of("rd"), 1, 16, 1, 1)
                .add("flat", new Op.Reshape(), List.of("pooled"), 1, 16)
                .linear("logits", "flat", 10);
        return network;
    }

    private static QuantizedGraph quantized(Set<String> floatLayers) {
        return Quantizer.of(QuantizationOptions.forBits(8).withFloatLayers(floatLayers), Measurer.NONE)
                .quantize(GRAPH, PIXELS);
    }

    /** Every tensor of a run, by name; codes times their scale. */
    private static Map<String, float[]> tensors(ModelDefinition model, KernelSet kernels, Tensor picture) {
        List<Integer> computed =
                model.operations().stream().map(OperationDefinition::output).toList();
        ModelDefinition observed = model.withOutputs(computed);
        Map<String, float[]> tensors = new LinkedHashMap<>();
        try (Model opened = Model.of(observed);
                Session session = opened.newSession(SessionOptions.defaults().withKernels(kernels))) {
            List<Tensor> results = session.run(List.of(picture));
            for (int i = 0; i < computed.size(); i++) {
                var tensor = model.tensors().get(computed.get(i));
                float[] values = results.get(i).toFloatArray();
                for (int j = 0; j < values.length && tensor.type() != ElementType.FLOAT32; j++) {
                    values[j] *= tensor.scale();
                }
                tensors.put(tensor.name(), values);
            }
        }
        return tensors;
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "b", "c", "d"})
    void equalsTheFloatLayerOnDequantizedInputsOnEveryTier(String layer) {
        String name = layer + "/convolution";
        QuantizedGraph quantized = quantized(Set.of(name));
        Node node = quantized.graph().nodes().stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow();
        ModelDefinition model = QuantizedLowering.lower(quantized, CalibratedNetwork.metadata());
        assertThat(model.operations())
                .filteredOn(operation -> operation.operation() instanceof Operation.FloatConvolution)
                .extracting(OperationDefinition::name)
                .containsExactly(name);
        for (Tensor picture : NETWORK.testPictures().subList(0, 2)) {
            for (KernelSet kernels : KernelSets.usable()) {
                Map<String, float[]> tensors = tensors(model, kernels, picture);
                float[] expected = alone(quantized.graph(), node, picture, tensors);
                assertThat(tensors.get(node.output()))
                        .as("%s kernels", kernels.name())
                        .isEqualTo(expected);
                var encoding = quantized.encoding(node.output()).orElseThrow();
                float[] codes = Objects.requireNonNull(tensors.get(node.output() + "/quantized"));
                for (int i = 0; i < codes.length; i++) {
                    assertThat(codes[i])
                            .isEqualTo(encoding.scale() * encoding.range().round(expected[i] * (1 / encoding.scale())));
                }
            }
        }
    }

    /** The float layer by itself, on what the mixed model has for its inputs. */
    private static float[] alone(Graph graph, Node node, Tensor picture, Map<String, float[]> tensors) {
        Graph.Editor editor = Graph.create("alone").batchable(true);
        List<Tensor> inputs = new ArrayList<>();
        for (String input : node.inputs()) {
            int[] shape = graph.shape(input);
            editor.input(input, shape);
            inputs.add(Tensor.of(
                    input.equals("picture") ? centred(picture) : Objects.requireNonNull(tensors.get(input)), shape));
        }
        Graph alone = editor.node(node, graph.shape(node.output()))
                .output(node.output())
                .build();
        try (Model model = Model.of(FloatLowering.lower(alone, CalibratedNetwork.metadata()));
                Session session =
                        model.newSession(SessionOptions.defaults().withKernels(KernelSets.byName("scalar")))) {
            return session.run(inputs).getFirst().toFloatArray();
        }
    }

    /** p − rne(mean), [1, 3, H, W]. */
    private static float[] centred(Tensor picture) {
        int positions = (int) picture.elements() / 3;
        float[] values = new float[3 * positions];
        for (int c = 0; c < 3; c++) {
            for (int p = 0; p < positions; p++) {
                values[c * positions + p] = (float) (picture.get(p * 3L + c) - Math.rint(CalibratedNetwork.MEAN[c]));
            }
        }
        return values;
    }

    @Test
    void neighboursInFloatExchangeFloats() {
        ModelDefinition model = QuantizedLowering.lower(
                quantized(Set.of("b/convolution", "c/convolution")), CalibratedNetwork.metadata());
        assertThat(model.operations())
                .extracting(operation -> operation.operation().getClass().getSimpleName())
                .containsExactly(
                        "Convolution",
                        "Dequantize",
                        "FloatConvolution",
                        "FloatConvolution",
                        "Quantize",
                        "Convolution",
                        "Pool",
                        "Reshape",
                        "Convolution");
    }

    @Test
    void allLayersInFloatComputeWhatTheFloatNetworkComputes() {
        Set<String> all = Set.of("a/convolution", "b/convolution", "c/convolution", "d/convolution", "logits");
        List<float[]> expected = CalibratedNetwork.runFloat(NETWORK.output("logits"), NETWORK.testPictures());
        List<float[]> actual = CalibratedNetwork.run(
                QuantizedLowering.lower(quantized(all), CalibratedNetwork.metadata()), NETWORK.testPictures());
        // What is left is the storage of one pooled vector.
        assertThat(CalibratedNetwork.signalToNoise(expected, actual)).isGreaterThan(40);
    }

    @Test
    void anUnknownLayerIsRefusedWithTheNamesNearIt() {
        assertThatThrownBy(() -> quantized(Set.of("B/convolutoin")))
                .isInstanceOf(GraphException.class)
                .hasMessageStartingWith(
                        "calibrated has no layer 'B/convolutoin'; near it there are 'b/convolution', 'a/convolution'");
    }
}

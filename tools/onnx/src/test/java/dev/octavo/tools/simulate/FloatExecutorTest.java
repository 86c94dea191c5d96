package dev.octavo.tools.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatReduction;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.kernels.Pooling;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.tools.TestData;
import dev.octavo.tools.graph.Clamp;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.Window;
import dev.octavo.tools.lower.FloatLowering;
import dev.octavo.tools.lower.FoldConstants;
import dev.octavo.tools.onnx.OnnxReader;
import dev.octavo.tools.passes.Passes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FloatExecutorTest {
    private static final ModelMetadata METADATA = new ModelMetadata(
            "all values", List.of(), new ModelMetadata.Preprocessing(List.of(), List.of(), 1), Map.of());

    private static float[] random(Random random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static FloatTensor tensor(Random random, int... shape) {
        return FloatTensor.of(shape, random(random, Arrays.stream(shape).reduce(1, (a, b) -> a * b)));
    }

    private static Graph.Editor everyOperator(Random random, boolean batchable) {
        Graph.Editor graph = Graph.create("every operator").batchable(batchable).input("x", 1, 6, 9, 7);
        var window = new Window(new ConvolutionShape(3, 3, 2, 1, 1, 1, 2), 1, 1, 1, 1);
        float[] high = {1, 2, 3, Float.POSITIVE_INFINITY, 1, 2, 3, 4};
        return graph.node(
                        node(
                                "conv",
                                new Op.Convolution(
                                        window,
                                        tensor(random, 8, 3, 3, 3),
                                        FloatTensor.vector(random(random, 8)),
                                        new Clamp(0, high)),
                                "x"),
                        1,
                        8,
                        5,
                        7)
                .node(
                        node(
                                "next",
                                new Op.Convolution(
                                        new Window(ConvolutionShape.of(1, 1), 0, 0, 0, 0),
                                        tensor(random, 8, 8, 1, 1),
                                        FloatTensor.vector(random(random, 8)),
                                        Clamp.of(0, 6)),
                                "conv",
                                "conv"),
                        1,
                        8,
                        5,
                        7)
                .node(node("leaky", new Op.Unary(FloatUnary.Function.LEAKY_RELU, 0.1f, 0), "next"), 1, 8, 5, 7)
                .constant("k", tensor(random, 8, 1, 1))
                .node(node("product", new Op.Binary(FloatBinary.Function.MULTIPLY), "leaky", "k"), 1, 8, 5, 7)
                .node(
                        node(
                                "normal",
                                new Op.BatchNormalization(
                                        FloatTensor.vector(random(random, 8)),
                                        FloatTensor.vector(random(random, 8)),
                                        FloatTensor.vector(random(random, 8)),
                                        FloatTensor.vector(random(random, 8)).map(Math::abs),
                                        1e-3f),
                                "product"),
                        1,
                        8,
                        5,
                        7)
                .node(
                        node(
                                "pool",
                                new Op.Pool(
                                        Pooling.Kind.AVERAGE,
                                        new Window(new ConvolutionShape(2, 2, 2, 2, 1, 1, 1), 0, 0, 0, 0),
                                        false),
                                "normal"),
                        1,
                        8,
                        2,
                        3)
                .node(node("padded", new Op.Pad(List.of(0, 1, 0, 1), List.of(0, 1, 1, 0), 2), "pool"), 1, 10, 3, 4)
                .node(node("cut", new Op.Slice(List.of(0, 1, 0, 0), List.of(1, 2, 1, 2)), "padded"), 1, 4, 3, 2)
                .node(node("joined", new Op.Concat(1), "cut", "cut"), 1, 8, 3, 2)
                .node(node("turned", new Op.Transpose(List.of(0, 2, 3, 1)), "joined"), 1, 3, 2, 8)
                .node(node("flat", new Op.Reshape(), "turned"), 1, 6, 8)
                .node(node("across", new Op.Transpose(List.of(0, 2, 1)), "flat"), 1, 8, 6)
                .node(node("outer", new Op.MatMul(), "flat", "across"), 1, 6, 6)
                .node(node("soft", new Op.Softmax(2), "outer"), 1, 6, 6)
                .node(node("mean", new Op.Reduction(FloatReduction.Kind.MEAN, List.of(2)), "soft"), 1, 6)
                .node(
                        node(
                                "linear",
                                new Op.Linear(tensor(random, 4, 6), FloatTensor.vector(random(random, 4)), Clamp.NONE),
                                "mean"),
                        1,
                        4)
                .node(node("global", new Op.GlobalPool(Pooling.Kind.MAX), "joined"), 1, 8, 1, 1);
    }

    private static Node node(String name, Op op, String... inputs) {
        return new Node(name + " node", op, List.of(inputs), name);
    }

    private static Graph withAllOutputs(Graph graph) {
        Graph.Editor editor = graph.edit();
        graph.nodes().stream()
                .map(Node::output)
                .filter(value -> !graph.outputs().contains(value))
                .forEach(editor::output);
        return editor.build();
    }

    /** Runs a graph both ways on some images; every value must have the same bits. */
    private static void assertSameAsModel(Graph graph, int images) {
        Graph all = withAllOutputs(graph);
        Random random = new Random(5);
        Map<String, FloatBatch> inputs = new HashMap<>();
        List<float[]> ordered = new ArrayList<>();
        for (String input : all.inputs()) {
            int[] shape = all.shape(input);
            float[] values = random(random, images * Arrays.stream(shape).reduce(1, (a, b) -> a * b));
            ordered.add(values);
            inputs.put(input, FloatBatch.ofOrdered(images, shape, values));
        }
        Map<String, float[]> seen = new HashMap<>();
        FloatExecutor.of(all).run(inputs, new Interposer() {
            @Override
            public void value(String name, FloatBatch batch) {
                seen.put(name, batch.ordered());
            }
        });
        int batch = all.batchable() ? images : 1;
        try (Model model = Model.of(FloatLowering.lower(all, METADATA));
                Session session = model.newSession(SessionOptions.defaults().withBatch(batch))) {
            for (int run = 0; run < images / batch; run++) {
                List<Tensor> tensors = new ArrayList<>();
                for (int i = 0; i < ordered.size(); i++) {
                    int[] shape = all.shape(all.inputs().get(i));
                    shape[0] *= batch;
                    int length = ordered.get(i).length / images * batch;
                    tensors.add(Tensor.of(Arrays.copyOfRange(ordered.get(i), run * length, (run + 1) * length), shape));
                }
                List<Tensor> results = session.run(tensors);
                for (int o = 0; o < results.size(); o++) {
                    String value = all.outputs().get(o);
                    float[] expected = results.get(o).toFloatArray();
                    int from = run * expected.length;
                    assertThat(Arrays.mismatch(
                                    seen.get(value), from, from + expected.length, expected, 0, expected.length))
                            .as(value)
                            .isEqualTo(-1);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyOperatorGivesTheBitsOfTheModel(boolean batchable) {
        Graph graph = everyOperator(new Random(1), batchable)
                .output("linear")
                .output("global")
                .build();
        assertSameAsModel(graph, 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cifar10_resnet20", "mnist_8", "mobilenet_v1_0.75_224"})
    void trainedNetworksGiveTheBitsOfTheirModels(String name) {
        Graph graph = OnnxReader.read(TestData.require("models/" + name + ".onnx"));
        assertSameAsModel(Passes.apply(new FoldConstants().apply(graph), Passes.folding()), 2);
    }

    @Test
    void readersGetWhatAnInterposerWrites() {
        Graph graph = everyOperator(new Random(2), true)
                .output("linear")
                .output("mean")
                .build();
        Node layer = graph.producer("linear").orElseThrow();
        float[] sums = new float[4];
        Map<String, FloatBatch> results = FloatExecutor.of(graph)
                .withThreads(1)
                .run(Map.of("x", FloatBatch.of(1, graph.shape("x"), new float[6 * 9 * 7])), new Interposer() {
                    @Override
                    public void value(String name, FloatBatch batch) {
                        if (name.equals("mean")) {
                            Arrays.fill(batch.values(), 0);
                        }
                    }

                    @Override
                    public void sum(Node node, FloatBatch sum) {
                        if (node.equals(layer)) {
                            System.arraycopy(sum.values(), 0, sums, 0, 4);
                            Arrays.fill(sum.values(), 7);
                        }
                    }
                });
        assertThat(sums).containsExactly(((Op.Layer) layer.op()).bias().values());
        assertThat(results)
                .hasEntrySatisfying("mean", mean -> assertThat(mean.values()).containsOnly(0));
        assertThat(results)
                .hasEntrySatisfying("linear", sum -> assertThat(sum.values()).containsOnly(7));
    }

    @Test
    void aWrongInputIsNamed() {
        Graph graph = everyOperator(new Random(3), true).output("linear").build();
        assertThatThrownBy(() -> FloatExecutor.of(graph).run(Map.of(), Interposer.NONE))
                .isInstanceOf(GraphException.class)
                .hasMessageContaining("'x'")
                .hasMessageContaining("[1, 6, 9, 7]");
    }
}

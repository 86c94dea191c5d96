package dev.octavo.tools.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.kernels.Pooling;
import dev.octavo.tools.graph.Clamp;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.Window;
import dev.octavo.tools.simulate.FloatBatch;
import dev.octavo.tools.simulate.FloatExecutor;
import dev.octavo.tools.simulate.Interposer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients against finite differences of what the executor computes. */
class GraphGradientTest {
    private static final int IMAGES = 2;
    private static final Random RANDOM = new Random(5);

    record Case(String name, Graph graph) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static float[] random(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) RANDOM.nextGaussian();
        }
        return values;
    }

    private static Graph single(Op op, int[] from, int... to) {
        return Graph.create("single")
                .batchable(true)
                .input("x", from)
                .node(new Node("node", op, List.of("x"), "y"), to)
                .output("y")
                .build();
    }

    private static Op.Convolution convolution(Window window, int outputs, int inputs) {
        ConvolutionShape shape = window.shape();
        return new Op.Convolution(
                window,
                FloatTensor.of(
                        new int[] {outputs, inputs, shape.kernelHeight(), shape.kernelWidth()},
                        random(outputs * inputs * shape.taps())),
                FloatTensor.vector(random(outputs)),
                Clamp.NONE);
    }

    private static Graph convolved(Window window, int channels, int outputs, int height, int width) {
        return single(
                convolution(window, outputs, channels / window.shape().groups()),
                new int[] {1, channels, height, width},
                1,
                outputs,
                window.outputHeight(height),
                window.outputWidth(width));
    }

    private static Graph pooled(Pooling.Kind kind, boolean countPadding) {
        Window window = new Window(ConvolutionShape.of(3, 2).withStride(2, 1), 1, 0, 1, 1);
        return single(
                new Op.Pool(kind, window, countPadding),
                new int[] {1, 3, 6, 5},
                1,
                3,
                window.outputHeight(6),
                window.outputWidth(5));
    }

    private static Graph unary(FloatUnary.Function function, float alpha, float beta) {
        return single(new Op.Unary(function, alpha, beta), new int[] {1, 4, 3, 3}, 1, 4, 3, 3);
    }

    private static Graph binary(FloatBinary.Function function) {
        return Graph.create("binary")
                .batchable(true)
                .input("x", 1, 4, 3, 3)
                .node(new Node("a", new Op.Unary(FloatUnary.Function.SIGMOID, 0, 0), List.of("x"), "a"), 1, 4, 3, 3)
                .node(new Node("b", new Op.GlobalPool(Pooling.Kind.AVERAGE), List.of("a"), "b"), 1, 4, 1, 1)
                .node(new Node("c", new Op.Binary(function), List.of("x", "b"), "c"), 1, 4, 3, 3)
                .constant("k", FloatTensor.of(new int[] {4, 1, 1}, new float[] {1, 2, -3, .5f}))
                .node(new Node("y", new Op.Binary(function), List.of("c", "k"), "y"), 1, 4, 3, 3)
                .output("y")
                .build();
    }

    private static Graph moved() {
        return Graph.create("moved")
                .batchable(true)
                .input("x", 1, 4, 3, 2)
                .node(new Node("t", new Op.Transpose(List.of(0, 3, 1, 2)), List.of("x"), "t"), 1, 2, 4, 3)
                .node(new Node("r", new Op.Reshape(), List.of("t"), "r"), 1, 4, 3, 2)
                .node(new Node("c", new Op.Concat(1), List.of("r", "x"), "c"), 1, 8, 3, 2)
                .node(
                        new Node("s", new Op.Slice(List.of(0, 1, 0, 0), List.of(1, 2, 1, 1)), List.of("c"), "s"),
                        1,
                        3,
                        3,
                        2)
                .node(
                        new Node("y", new Op.Pad(List.of(0, 1, 0, 1), List.of(0, 0, 1, 0), 2), List.of("s"), "y"),
                        1,
                        4,
                        4,
                        3)
                .output("y")
                .build();
    }

    private static Graph vector() {
        return single(
                new Op.Linear(FloatTensor.of(new int[] {5, 7}, random(35)), FloatTensor.vector(random(5)), Clamp.NONE),
                new int[] {1, 7},
                1,
                5);
    }

    private static Graph normalized() {
        return single(
                new Op.BatchNormalization(
                        FloatTensor.vector(1, -2, .5f),
                        FloatTensor.vector(.1f, .2f, .3f),
                        FloatTensor.vector(1, 2, 3),
                        FloatTensor.vector(.5f, 4, 1),
                        1e-3f),
                new int[] {1, 3, 2, 2},
                1,
                3,
                2,
                2);
    }

    static Stream<Case> cases() {
        ConvolutionShape three = ConvolutionShape.of(3, 3);
        return Stream.of(
                new Case("convolution", convolved(new Window(three, 1, 1, 1, 1), 3, 4, 5, 6)),
                new Case("valid", convolved(Window.of(ConvolutionShape.of(2, 3)), 3, 4, 5, 6)),
                new Case("strided", convolved(new Window(three.withStride(2, 2), 1, 1, 1, 1), 3, 4, 8, 8)),
                new Case("uneven", convolved(new Window(three.withStride(2, 3), 0, 1, 1, 0), 3, 4, 8, 9)),
                new Case("dilated", convolved(new Window(three.withDilation(2, 1), 2, 1, 2, 1), 2, 3, 7, 6)),
                new Case("far padding", convolved(new Window(ConvolutionShape.of(1, 1), 1, 2, 1, 0), 2, 3, 4, 4)),
                new Case("depthwise", convolved(new Window(three.withGroups(6), 1, 1, 1, 1), 6, 6, 5, 5)),
                new Case("grouped", convolved(new Window(three.withGroups(2), 1, 1, 1, 1), 6, 4, 5, 5)),
                new Case(
                        "shortcut",
                        convolved(Window.of(ConvolutionShape.of(1, 1).withStride(2, 2)), 4, 8, 6, 6)),
                new Case("linear", vector()),
                new Case("normalization", normalized()),
                new Case("average", pooled(Pooling.Kind.AVERAGE, false)),
                new Case("average with padding", pooled(Pooling.Kind.AVERAGE, true)),
                new Case("maximum", pooled(Pooling.Kind.MAX, false)),
                new Case("relu6", unary(FloatUnary.Function.CLIP, 0, 1)),
                new Case("leaky", unary(FloatUnary.Function.LEAKY_RELU, .1f, 0)),
                new Case("sigmoid", unary(FloatUnary.Function.SIGMOID, 0, 0)),
                new Case("hard sigmoid", unary(FloatUnary.Function.HARD_SIGMOID, .2f, .5f)),
                new Case("hard swish", unary(FloatUnary.Function.HARD_SWISH, 0, 0)),
                new Case("square", unary(FloatUnary.Function.POWER, 2, 0)),
                new Case("add", binary(FloatBinary.Function.ADD)),
                new Case("subtract", binary(FloatBinary.Function.SUBTRACT)),
                new Case("multiply", binary(FloatBinary.Function.MULTIPLY)),
                new Case("divide", binary(FloatBinary.Function.DIVIDE)),
                new Case("moves", moved()));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreesWithFiniteDifferences(Case tested) {
        Graph graph = tested.graph;
        float[] x = random(IMAGES * ElementMap.elements(graph.shape("x")));
        float[] seed = random(IMAGES * ElementMap.elements(graph.shape("y")));
        try (GraphGradient gradient = GraphGradient.of(graph, List.of("y"), IMAGES, 1)) {
            gradient.forward(x);
            assertThat(gradient.value("y")).containsExactly(run(graph, x), within(1e-5f));
            // A second time: nothing of the first may remain.
            gradient.backward(Map.of("y", seed));
            float[] actual = gradient.backward(Map.of("y", seed)).clone();
            float step = 1e-2f;
            int smooth = 0;
            int tried = 0;
            for (int i = 0; i < x.length; i += 1 + x.length / 40) {
                float[] moved = x.clone();
                moved[i] = x[i] + step;
                double up = dot(seed, run(graph, moved));
                moved[i] = x[i] - step;
                double down = dot(seed, run(graph, moved));
                double forward = (up - dot(seed, run(graph, x))) / step;
                double difference = (up - down) / (2 * step);
                tried++;
                if (Math.abs(forward - difference) < 0.02) {
                    smooth++;
                    assertThat((double) actual[i]).as("element %d", i).isCloseTo(difference, within(0.02));
                }
            }
            assertThat(smooth).as("elements away from kinks").isGreaterThan(tried / 2);
        }
    }

    private static float[] run(Graph graph, float[] x) {
        FloatBatch batch = FloatBatch.of(IMAGES, graph.shape("x"), x.clone());
        return Objects.requireNonNull(FloatExecutor.of(graph)
                        .run(Map.of("x", batch), Interposer.NONE)
                        .get("y"))
                .values();
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    @Test
    void gradientsOfSharedValuesAdd() {
        Graph graph = Graph.create("shared")
                .batchable(true)
                .input("x", 1, 2)
                .node(new Node("a", new Op.Binary(FloatBinary.Function.MULTIPLY), List.of("x", "x"), "a"), 1, 2)
                .node(new Node("y", new Op.Binary(FloatBinary.Function.ADD), List.of("a", "x"), "y"), 1, 2)
                .output("y")
                .build();
        try (GraphGradient gradient = GraphGradient.of(graph, List.of("y", "a"), 1, 1)) {
            gradient.forward(new float[] {3, -1});
            assertThat(gradient.backward(Map.of("y", new float[] {1, 1}, "a", new float[] {0, 10})))
                    .containsExactly(7, -1 - 20);
        }
    }

    @Test
    void refusesWhatHasNoGradient() {
        Graph graph = single(new Op.Softmax(1), new int[] {1, 3}, 1, 3);
        assertThatThrownBy(() -> GraphGradient.of(graph, List.of("y"), 1, 1))
                .isInstanceOf(GraphException.class)
                .hasMessageContaining("'node' (Softmax)");
    }

    @Test
    void normalizationLoss() {
        float[] values = random(2 * 5 * 3);
        var loss = NormalizationLoss.of(
                new Op.BatchNormalization(
                        FloatTensor.vector(1, 1, 1),
                        FloatTensor.zeros(3),
                        FloatTensor.vector(1, -1, .5f),
                        FloatTensor.vector(.25f, 1, 4),
                        0),
                0.5);
        float[] gradient = new float[values.length];
        float[] unused = new float[values.length];
        loss.of(values, 2, gradient);
        for (int i = 0; i < values.length; i++) {
            float[] moved = values.clone();
            moved[i] += 1e-3f;
            double up = loss.of(moved, 2, unused);
            moved[i] = values[i] - 1e-3f;
            double down = loss.of(moved, 2, unused);
            assertThat((double) gradient[i]).isCloseTo((up - down) / 2e-3, within(2e-3));
        }
        float[] wanted = {-1, -2, -1.5f, 3, 0, 2.5f};
        assertThat(NormalizationLoss.standard(1, 2).of(new float[] {1, -1, 1, -1}, 1, new float[4]))
                .isCloseTo(0, within(1e-9));
        assertThat(NormalizationLoss.standard(3, 2).of(wanted, 1, new float[6]))
                .as("means 1, −1 and ½; deviations 2, 1 and 2")
                .isCloseTo(2 * (1 + 1 + .25 + 1 + 0 + 1), within(1e-4));
    }
}

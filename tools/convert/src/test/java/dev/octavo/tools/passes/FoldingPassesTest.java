package dev.octavo.tools.passes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.tools.graph.ChannelStatistics;
import dev.octavo.tools.graph.Clamp;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.Window;
import dev.octavo.tools.quantize.ClippedNormals;
import java.util.List;
import org.junit.jupiter.api.Test;

class FoldingPassesTest {
    private static final Op RELU = new Op.Unary(FloatUnary.Function.CLIP, 0, Float.POSITIVE_INFINITY);

    private static Op.Convolution pointwise(int outputs, int inputs, float... weights) {
        return new Op.Convolution(
                Window.of(ConvolutionShape.of(1, 1)),
                FloatTensor.of(new int[] {outputs, inputs, 1, 1}, weights),
                FloatTensor.zeros(outputs),
                Clamp.NONE);
    }

    private static Op.BatchNormalization normalization(float scale, float shift, float mean, float variance) {
        return new Op.BatchNormalization(
                FloatTensor.vector(scale),
                FloatTensor.vector(shift),
                FloatTensor.vector(mean),
                FloatTensor.vector(variance),
                1e-5f);
    }

    private static Op.Layer layerOf(Graph graph, String value) {
        return (Op.Layer) graph.producer(value).orElseThrow().op();
    }

    @Test
    void foldsBatchNormalizationIntoTheLayerBeforeIt() {
        Op.Layer layer = pointwise(1, 3, 0.5f, -1, 0.25f);
        layer = layer.with(layer.weights(), FloatTensor.vector(0.1f), Clamp.NONE);
        Graph graph = Graph.create("bn")
                .input("x", 1, 3, 2, 2)
                .node(new Node("conv", layer, List.of("x"), "a"), 1, 1, 2, 2)
                .node(new Node("bn", normalization(1.5f, -0.2f, 0.3f, 0.64f), List.of("a"), "b"), 1, 1, 2, 2)
                .output("b")
                .build();

        Graph folded = new FoldBatchNormalization().apply(graph);

        assertThat(folded.nodes()).hasSize(1);
        Op.Layer result = layerOf(folded, "b");
        assertThat(result.weights().at(0)).isCloseTo(0.93749268f, within(1e-7f));
        assertThat(result.weights().at(1)).isCloseTo(-1.8749854f, within(2e-7f));
        assertThat(result.weights().at(2)).isCloseTo(0.46874634f, within(1e-7f));
        assertThat(result.bias().at(0)).isCloseTo(-0.57499707f, within(1e-7f));
        ChannelStatistics known = folded.statistics("b").orElseThrow();
        assertThat(known.mean()[0]).isCloseTo(-0.2, within(1e-7));
        assertThat(known.deviation()[0]).isCloseTo(1.5 * Math.sqrt(0.64 / 0.64001), within(1e-6));
    }

    @Test
    void deadChannelsHaveTheDeviationThatTheyHave() {
        assertThat(ClippedNormals.effectiveDeviation(.5, 1e-6, 1e-3)).isCloseTo(0.0158034885, within(1e-10));
        assertThat(ClippedNormals.effectiveDeviation(.8, 4e-5, 1e-3)).isCloseTo(0.1568929081, within(1e-10));
        assertThat(ClippedNormals.effectiveDeviation(1.2, .5, 1e-5)).isCloseTo(1.1999880002, within(1e-10));
    }

    @Test
    void normalizationWithoutALayerBecomesDepthwise() {
        Graph graph = Graph.create("bn")
                .input("x", 1, 1, 2, 2)
                .node(new Node("bn", normalization(2, 1, 0, 1), List.of("x"), "b"), 1, 1, 2, 2)
                .output("b")
                .build();
        Op.Layer result = layerOf(new FoldBatchNormalization().apply(graph), "b");
        assertThat(result.weights().at(0)).isCloseTo(2, within(1e-4f));
        assertThat(result.bias().at(0)).isEqualTo(1);
    }

    @Test
    void foldsAdditionsAndProductsOfConstants() {
        Graph graph = Graph.create("operands")
                .input("x", 1, 1, 2, 2)
                .constant("c", FloatTensor.of(new int[] {2, 1, 1}, new float[] {3, 4}))
                .constant("two", FloatTensor.of(new int[0], new float[] {2}))
                .node(new Node("conv", pointwise(2, 1, 1, -1), List.of("x"), "a"), 1, 2, 2, 2)
                .node(new Node("add", new Op.Binary(FloatBinary.Function.ADD), List.of("a", "c"), "b"), 1, 2, 2, 2)
                .node(
                        new Node("mul", new Op.Binary(FloatBinary.Function.MULTIPLY), List.of("two", "b"), "d"),
                        1,
                        2,
                        2,
                        2)
                .node(
                        new Node("sub", new Op.Binary(FloatBinary.Function.SUBTRACT), List.of("two", "d"), "e"),
                        1,
                        2,
                        2,
                        2)
                .output("e")
                .build();
        Graph folded = new FoldConstantOperands().apply(graph);
        assertThat(folded.nodes()).hasSize(1);
        assertThat(layerOf(folded, "e").weights().values()).containsExactly(-2, 2);
        assertThat(layerOf(folded, "e").bias().values()).containsExactly(-4, -6);
    }

    @Test
    void fusesBoundsOfTheChannelsAfterAnActivation() {
        Op least = new Op.Binary(FloatBinary.Function.MINIMUM);
        Graph graph = Graph.create("bounds")
                .input("x", 1, 1, 2, 2)
                .constant("c", FloatTensor.of(new int[] {2, 1, 1}, new float[] {3, 4}))
                .constant("pixels", FloatTensor.of(new int[] {2}, new float[] {1, 2}))
                .node(new Node("conv", pointwise(2, 1, 1, -1), List.of("x"), "a"), 1, 2, 2, 2)
                .node(new Node("relu", RELU, List.of("a"), "b"), 1, 2, 2, 2)
                .node(new Node("min", least, List.of("c", "b"), "d"), 1, 2, 2, 2)
                .node(new Node("other", least, List.of("d", "pixels"), "e"), 1, 2, 2, 2)
                .output("e")
                .build();
        Graph fused = new FuseActivations().apply(graph);
        assertThat(fused.nodes()).hasSize(2);
        assertThat(layerOf(fused, "d").clamp()).isEqualTo(new Clamp(0, new float[] {3, 4}));
    }

    @Test
    void keepsActivationsThatLeaveNoRange() {
        Op.Unary above = new Op.Unary(FloatUnary.Function.CLIP, 0, Float.POSITIVE_INFINITY);
        Op.Unary below = new Op.Unary(FloatUnary.Function.CLIP, -3, -1);
        Graph graph = Graph.create("empty")
                .input("x", 1, 1, 2, 2)
                .node(new Node("conv", pointwise(2, 1, 1, -1), List.of("x"), "a"), 1, 2, 2, 2)
                .node(new Node("above", above, List.of("a"), "b"), 1, 2, 2, 2)
                .node(new Node("below", below, List.of("b"), "c"), 1, 2, 2, 2)
                .output("c")
                .build();
        Graph fused = new FuseActivations().apply(graph);
        assertThat(fused.nodes()).hasSize(2);
        assertThat(fused.producer("c").orElseThrow().op()).isEqualTo(below);
    }

    @Test
    void keepsOperandsThatVaryOverPixels() {
        Graph graph = Graph.create("operands")
                .input("x", 1, 1, 1, 2)
                .constant("c", FloatTensor.of(new int[] {2}, new float[] {3, 4}))
                .node(new Node("conv", pointwise(2, 1, 1, -1), List.of("x"), "a"), 1, 2, 1, 2)
                .node(new Node("add", new Op.Binary(FloatBinary.Function.ADD), List.of("a", "c"), "b"), 1, 2, 1, 2)
                .output("b")
                .build();
        assertThat(new FoldConstantOperands().apply(graph).nodes()).hasSize(2);
    }

    @Test
    void fusesAResidualBlock() {
        Graph graph = Graph.create("block")
                .input("x", 1, 1, 2, 2)
                .node(new Node("main", pointwise(1, 1, 2), List.of("x"), "a"), 1, 1, 2, 2)
                .statistics("a", new ChannelStatistics(new double[] {1}, new double[] {2}))
                .node(new Node("add", new Op.Binary(FloatBinary.Function.ADD), List.of("a", "x"), "b"), 1, 1, 2, 2)
                .node(new Node("relu", RELU, List.of("b"), "c"), 1, 1, 2, 2)
                .output("c")
                .build();
        Graph fused = Passes.apply(graph, Passes.folding());
        assertThat(fused.nodes()).hasSize(1);
        Node layer = fused.producer("c").orElseThrow();
        assertThat(layer.inputs()).containsExactly("x", "x");
        assertThat(layerOf(fused, "c").clamp()).isEqualTo(Clamp.of(0, Float.POSITIVE_INFINITY));
        assertThat(fused.statistics("c").orElseThrow().mean()).containsExactly(1);
    }

    @Test
    void ofTwoLayersTheLaterTakesTheSum() {
        Graph graph = Graph.create("block")
                .input("x", 1, 1, 2, 2)
                .node(new Node("main", pointwise(1, 1, 2), List.of("x"), "a"), 1, 1, 2, 2)
                .node(new Node("shortcut", pointwise(1, 1, 3), List.of("x"), "s"), 1, 1, 2, 2)
                .node(new Node("add", new Op.Binary(FloatBinary.Function.ADD), List.of("a", "s"), "b"), 1, 1, 2, 2)
                .output("b")
                .build();
        Graph fused = new FuseResiduals().apply(graph);
        assertThat(fused.producer("b").orElseThrow().name()).isEqualTo("shortcut");
        assertThat(fused.producer("b").orElseThrow().inputs()).containsExactly("x", "a");
    }

    @Test
    void aValueAddedToItselfStays() {
        Graph graph = Graph.create("double")
                .input("x", 1, 1, 2, 2)
                .node(new Node("main", pointwise(1, 1, 2), List.of("x"), "a"), 1, 1, 2, 2)
                .node(new Node("add", new Op.Binary(FloatBinary.Function.ADD), List.of("a", "a"), "b"), 1, 1, 2, 2)
                .output("b")
                .build();
        assertThat(new FuseResiduals().apply(graph).nodes()).hasSize(2);
    }

    @Test
    void activationsOfValuesWithOtherReadersStay() {
        Graph graph = Graph.create("branch")
                .input("x", 1, 1, 2, 2)
                .node(new Node("main", pointwise(1, 1, 2), List.of("x"), "a"), 1, 1, 2, 2)
                .node(new Node("relu", RELU, List.of("a"), "b"), 1, 1, 2, 2)
                .output("a")
                .output("b")
                .build();
        assertThat(new FuseActivations().apply(graph).nodes()).hasSize(2);
    }

    @Test
    void foldsZeroPaddingIntoConvolutions() {
        Op.Pad pad = new Op.Pad(List.of(0, 0, 1, 2), List.of(0, 0, 0, 1), 0);
        Graph graph = Graph.create("pad")
                .input("x", 1, 1, 2, 2)
                .node(new Node("pad", pad, List.of("x"), "p"), 1, 1, 3, 5)
                .node(new Node("conv", pointwise(1, 1, 2), List.of("p"), "a"), 1, 1, 3, 5)
                .output("a")
                .build();
        Graph folded = new FoldPadding().apply(graph);
        assertThat(folded.nodes()).hasSize(1);
        Op.Convolution convolution =
                (Op.Convolution) folded.producer("a").orElseThrow().op();
        assertThat(convolution.window().padTop()).isEqualTo(1);
        assertThat(convolution.window().padLeft()).isEqualTo(2);
        assertThat(convolution.window().padRight()).isEqualTo(1);
    }

    @Test
    void statisticsFollowAScaleBehindTheNormalization() {
        Graph graph = Graph.create("scaled")
                .input("x", 1, 1, 2, 2)
                .constant("factor", FloatTensor.of(new int[] {1, 1, 1}, new float[] {-3}))
                .constant("offset", FloatTensor.vector(0.5f))
                .node(new Node("norm", normalization(1.5f, -0.2f, 0.3f, 0.64f), List.of("x"), "a"), 1, 1, 2, 2)
                .node(
                        new Node("scale", new Op.Binary(FloatBinary.Function.MULTIPLY), List.of("a", "factor"), "b"),
                        1,
                        1,
                        2,
                        2)
                .node(
                        new Node("shift", new Op.Binary(FloatBinary.Function.ADD), List.of("offset", "b"), "c"),
                        1,
                        1,
                        2,
                        2)
                .output("c")
                .build();
        Graph folded = Passes.apply(graph, Passes.folding());
        assertThat(folded.nodes()).hasSize(1);
        ChannelStatistics known = folded.statistics("c").orElseThrow();
        assertThat(known.mean()[0]).isCloseTo(0.6 + 0.5, within(1e-6));
        assertThat(known.deviation()[0]).isCloseTo(4.5, within(1e-3));
    }
}

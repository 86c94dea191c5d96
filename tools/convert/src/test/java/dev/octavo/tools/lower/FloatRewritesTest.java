package dev.octavo.tools.lower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.runtime.Tensor;
import dev.octavo.tools.equalization.AbsorbHighBias;
import dev.octavo.tools.equalization.EqualizeRanges;
import dev.octavo.tools.graph.ChannelStatistics;
import dev.octavo.tools.graph.Clamp;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.Window;
import dev.octavo.tools.passes.LimitWeights;
import dev.octavo.tools.passes.Pass;
import dev.octavo.tools.passes.Passes;
import dev.octavo.tools.passes.Relu6ToRelu;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The passes of data-free quantization as published: what they do to weights, and whether the function stays. */
class FloatRewritesTest {
    private static final Clamp RELU = Clamp.of(0, Float.POSITIVE_INFINITY);

    private static Op.Linear linear(Clamp clamp, int outputs, float[] bias, float... weights) {
        return new Op.Linear(
                FloatTensor.of(new int[] {outputs, weights.length / outputs}, weights),
                FloatTensor.vector(bias),
                clamp);
    }

    private static Graph twoLayers(Clamp clamp) {
        return Graph.create("pair")
                .input("x", 1, 2)
                .node(
                        new Node(
                                "first",
                                linear(clamp, 3, new float[] {.8f, .004f, -.5f}, .5f, -4, .01f, .02f, 1, .25f),
                                List.of("x"),
                                "a"),
                        1,
                        3)
                .node(
                        new Node(
                                "second",
                                linear(Clamp.NONE, 2, new float[2], .1f, 3, -.2f, -.05f, 8, .5f),
                                List.of("a"),
                                "y"),
                        1,
                        2)
                .output("y")
                .build();
    }

    private static Op.Layer layer(Graph graph, String value) {
        return (Op.Layer) graph.producer(value).orElseThrow().op();
    }

    private static float[] run(Graph graph, int[] shape, float... values) {
        return CalibratedNetwork.run(
                        FloatLowering.lower(graph, CalibratedNetwork.metadata()), List.of(Tensor.of(values, shape)))
                .getFirst();
    }

    @Test
    void equalizesAPair() {
        Graph result = new EqualizeRanges().apply(twoLayers(RELU));
        assertThat(layer(result, "a").weights().values())
                .containsExactly(new float[] {.079057f, -.632456f, .2f, .4f, .707107f, .176777f}, within(1e-6f));
        assertThat(layer(result, "a").bias().values())
                .containsExactly(new float[] {.126491f, .08f, -.353553f}, within(1e-6f));
        assertThat(layer(result, "y").weights().values())
                .containsExactly(new float[] {.632456f, .15f, -.282843f, -.316228f, .4f, .707107f}, within(1e-6f));
        assertThat(run(result, new int[] {1, 2}, .7f, -.3f))
                .containsExactly(new float[] {.225f, -.015f}, within(1e-5f))
                .containsExactly(run(twoLayers(RELU), new int[] {1, 2}, .7f, -.3f), within(1e-5f));
    }

    @Test
    void boundsFollowTheirChannels() {
        Graph result = new EqualizeRanges().apply(twoLayers(Clamp.of(0, 6)));
        assertThat(layer(result, "a").clamp().high())
                .containsExactly(new float[] {6 / 6.32455532f, 6 / .05f, 6 / 1.414213562f}, within(1e-4f));
        assertThat(run(result, new int[] {1, 2}, 3, -9))
                .containsExactly(run(twoLayers(Clamp.of(0, 6)), new int[] {1, 2}, 3, -9), within(1e-4f));
    }

    @Test
    void equalizesADepthwiseTripleToConvergence() {
        Graph graph = Graph.create("triple")
                .input("x", 1, 1, 3, 3)
                .node(new Node("a", pointwise(1, 2, 4, 4), List.of("x"), "a"), 1, 2, 3, 3)
                .node(new Node("d", pointwise(2, 2, .02f, .02f), List.of("a"), "d"), 1, 2, 3, 3)
                .node(new Node("p", pointwise(1, 1, .5f, .5f), List.of("d"), "p"), 1, 1, 3, 3)
                .output("p")
                .build();
        Graph result = new EqualizeRanges().apply(graph);
        for (String value : List.of("a", "d", "p")) {
            for (float weight : layer(result, value).weights().values()) {
                assertThat(weight).as("weight of %s", value).isCloseTo(.3419951893f, within(1e-6f));
            }
        }
    }

    /** A 1×1 convolution with a ReLU. */
    private static Op.Layer pointwise(int groups, int outputs, float... weights) {
        return new Op.Convolution(
                Window.of(ConvolutionShape.of(1, 1).withGroups(groups)),
                FloatTensor.of(new int[] {outputs, weights.length / outputs, 1, 1}, weights),
                FloatTensor.zeros(outputs),
                RELU);
    }

    @Test
    void deadChannelsKeepTheirScale() {
        Graph pair = twoLayers(RELU);
        Node first = pair.producer("a").orElseThrow();
        Op.Layer a = layer(pair, "a");
        Graph dead = pair.edit()
                .replace(first.with(a.with(
                        FloatTensor.of(new int[] {3, 2}, new float[] {.5f, -4, 0, 0, 1e-12f, 0}), a.bias(), a.clamp())))
                .build();
        Graph result = new EqualizeRanges().apply(dead);
        assertThat(layer(result, "a").bias().at(1)).isEqualTo(.004f);
        assertThat(layer(result, "a").bias().at(2)).isEqualTo(-.5f);
        assertThat(layer(result, "a").bias().at(0)).isNotEqualTo(.8f);
    }

    private static CalibratedNetwork separable() {
        return new CalibratedNetwork(17)
                .convolution("a", "picture", 6, 3, 1, false)
                .clip("ra", "a", 0, 6)
                .convolution("d", "ra", 6, 3, 1, true)
                .clip("rd", "d", 0, 6)
                .convolution("p", "rd", 8, 1, 1, false)
                .clip("rp", "p", 0, 6)
                .convolution("q", "rp", 4, 1, 1, false);
    }

    private static double difference(Pass pass) {
        CalibratedNetwork network = separable();
        Graph before = Passes.apply(network.output("q"), Passes.folding());
        Graph after = pass.apply(before);
        assertThat(after.dump()).isNotEmpty();
        assertThat(layer(after, "q").weights().equals(layer(before, "q").weights())
                        && layer(after, "q").bias().equals(layer(before, "q").bias()))
                .as("%s does nothing", pass.name())
                .isFalse();
        List<Tensor> pictures = network.testPictures();
        return CalibratedNetwork.signalToNoise(
                CalibratedNetwork.runFloat(before, pictures), CalibratedNetwork.runFloat(after, pictures));
    }

    @Test
    void equalizationKeepsTheFunctionOfANetwork() {
        assertThat(difference(new EqualizeRanges())).isGreaterThan(110);
    }

    @Test
    void limitingWeightsChangesWhatItMust() {
        Graph graph = Passes.apply(separable().output("q"), Passes.folding());
        assertThat(new LimitWeights(1e6).apply(graph).dump()).isEqualTo(graph.dump());
        Graph limited = new LimitWeights(.25).apply(graph);
        for (Node node : graph.nodes()) {
            float[] before = layer(graph, node.output()).weights().values();
            float[] after = layer(limited, node.output()).weights().values();
            for (int i = 0; i < before.length; i++) {
                assertThat(after[i]).isEqualTo(Math.clamp(before[i], -.25f, .25f));
            }
        }
    }

    @Test
    void reluTakesThePlaceOfRelu6() {
        Graph graph = Passes.apply(separable().output("q"), Passes.folding());
        Graph result = new Relu6ToRelu().apply(graph);
        assertThat(layer(result, "ra").clamp()).isEqualTo(RELU);
        assertThat(layer(result, "q").clamp().none()).isTrue();
        Graph lone = Graph.create("clip")
                .input("x", 1, 2)
                .node(new Node("clip", new Op.Unary(FloatUnary.Function.CLIP, 0, 6), List.of("x"), "y"), 1, 2)
                .output("y")
                .build();
        assertThat(run(new Relu6ToRelu().apply(lone), new int[] {1, 2}, -1, 9)).containsExactly(0, 9);
    }

    /** A channel N(β, γ²) into a 3×2 kernel. */
    private static Graph absorbing(boolean padded, float bound) {
        var window = padded ? new Window(ConvolutionShape.of(2, 3), 1, 1, 1, 1) : Window.of(ConvolutionShape.of(2, 3));
        Op.Layer first = pointwise(1, 1, 1);
        return Graph.create("absorb")
                .input("x", 1, 1, 2, 3)
                .node(
                        new Node(
                                "first",
                                first.with(first.weights(), FloatTensor.vector(2), Clamp.of(0, bound)),
                                List.of("x"),
                                "a"),
                        1,
                        1,
                        2,
                        3)
                .node(
                        new Node(
                                "second",
                                new Op.Convolution(
                                        window,
                                        FloatTensor.of(
                                                new int[] {1, 1, 2, 3}, new float[] {.1f, -.2f, .3f, .05f, 0, .15f}),
                                        FloatTensor.vector(1),
                                        Clamp.NONE),
                                List.of("a"),
                                "y"),
                        1,
                        1,
                        padded ? 3 : 1,
                        padded ? 3 : 1)
                .statistics("a", new ChannelStatistics(new double[] {2}, new double[] {.5}))
                .output("y")
                .build();
    }

    @Test
    void absorbsWhatAChannelExceeds() {
        Graph graph = absorbing(false, 3);
        Graph result = new AbsorbHighBias().apply(graph);
        assertThat(layer(result, "a").bias().at(0)).isEqualTo(1.5f);
        assertThat(layer(result, "a").clamp()).isEqualTo(Clamp.of(0, 2.5f));
        assertThat(layer(result, "y").bias().at(0)).isCloseTo(1.2f, within(1e-6f));
        assertThat(result.statistics("a").orElseThrow().mean()[0]).isEqualTo(1.5);
        int[] shape = {1, 1, 2, 3};
        float[] above = {-1.4f, 0, 1, .5f, -.2f, 7};
        assertThat(run(result, shape, above)).containsExactly(run(graph, shape, above), within(1e-6f));
        float[] below = {-3, -2, -5, -4, -2, -3};
        assertThat(run(result, shape, below)[0])
                .as("what a channel falls short of its floor is lost")
                .isCloseTo(run(graph, shape, below)[0] + .5f * .4f, within(1e-6f));
    }

    @Test
    void absorbsNothingAcrossPadding() {
        Graph graph = absorbing(true, Float.POSITIVE_INFINITY);
        assertThat(layer(new AbsorbHighBias().apply(graph), "a").bias().at(0)).isEqualTo(2);
    }

    @Test
    void absorptionKeepsTheFunctionOfANetworkAlmost() {
        // Statistics shift up all channels: the pass must find them worth absorbing.
        CalibratedNetwork network = separable();
        Graph graph = Passes.apply(network.output("q"), Passes.folding());
        Graph.Editor editor = graph.edit();
        for (String value : List.of("rd", "rp")) {
            Node node = graph.producer(value).orElseThrow();
            Op.Layer layer = layer(graph, value);
            ChannelStatistics statistics = graph.statistics(value).orElseThrow();
            double[] mean = statistics.mean();
            double[] deviation = statistics.deviation();
            float[] bias = layer.bias().values();
            for (int c = 0; c < mean.length; c++) {
                double shift = 4 * deviation[c] - mean[c];
                mean[c] += shift;
                bias[c] += (float) shift;
            }
            editor.replace(node.with(layer.with(layer.weights(), FloatTensor.vector(bias), layer.clamp())))
                    .statistics(value, new ChannelStatistics(mean, deviation));
        }
        Graph high = editor.build();
        Graph absorbed = new AbsorbHighBias().apply(high);
        assertThat(layer(absorbed, "q").bias()).isNotEqualTo(layer(high, "q").bias());
        assertThat(CalibratedNetwork.signalToNoise(
                        CalibratedNetwork.runFloat(high, network.testPictures()),
                        CalibratedNetwork.runFloat(absorbed, network.testPictures())))
                .isGreaterThan(20);
    }
}

package dev.octavo.tools.lower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.FloatReduction;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.kernels.Pooling;
import dev.octavo.runtime.Tensor;
import dev.octavo.tools.equalization.EqualizeNoise;
import dev.octavo.tools.graph.ChannelStatistics;
import dev.octavo.tools.graph.Clamp;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.Window;
import dev.octavo.tools.passes.FoldNormalization;
import dev.octavo.tools.passes.FreezeDeadChannels;
import dev.octavo.tools.passes.Pass;
import dev.octavo.tools.passes.Passes;
import dev.octavo.tools.passes.PropagateStatistics;
import dev.octavo.tools.passes.RemoveIdentities;
import dev.octavo.tools.passes.ReplaceSpatialMean;
import dev.octavo.tools.passes.SeparateCountedPadding;
import dev.octavo.tools.quantize.IntegerRange;
import dev.octavo.tools.quantize.PixelInput;
import dev.octavo.tools.statistics.InputEncoding;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the passes do to graphs, and that the graphs still compute the same. */
class QuantizationPassesTest {
    private static final InputEncoding NORMAL = new InputEncoding.Reals(-3, 3);

    private static Graph relu6Network() {
        return Passes.apply(
                new CalibratedNetwork(7)
                        .convolution("a", "picture", 6, 3, 1, false)
                        .clip("ra", "a", 0, 6)
                        .convolution("d", "ra", 6, 3, 1, true)
                        .clip("rd", "d", 0, 6)
                        .convolution("p", "rd", 8, 1, 1, false)
                        .output("p"),
                Passes.folding());
    }

    private static double difference(Graph before, Graph after) {
        List<Tensor> pictures = new CalibratedNetwork(7).testPictures();
        return CalibratedNetwork.signalToNoise(
                CalibratedNetwork.runFloat(before, pictures), CalibratedNetwork.runFloat(after, pictures));
    }

    private static Op.Layer layer(Graph graph, String value) {
        return (Op.Layer) graph.producer(value).orElseThrow().op();
    }

    private static double largest(FloatTensor tensor) {
        double largest = 0;
        for (int i = 0; i < tensor.elements(); i++) {
            largest = Math.max(largest, Math.abs(tensor.at(i)));
        }
        return largest;
    }

    /** Channel 2 of the first layer a hundred times as large, and its reader's weights as much smaller. */
    private static Graph unbalanced(Graph graph) {
        Node first = graph.producer("ra").orElseThrow();
        Node second = graph.producer("rd").orElseThrow();
        Op.Layer a = (Op.Layer) first.op();
        Op.Layer d = (Op.Layer) second.op();
        float[] weights = a.weights().values();
        float[] bias = a.bias().values();
        int perChannel = weights.length / 6;
        for (int i = 2 * perChannel; i < 3 * perChannel; i++) {
            weights[i] *= 100;
        }
        bias[2] *= 100;
        float[] reading = d.weights().values();
        for (int i = 2 * 9; i < 3 * 9; i++) {
            reading[i] /= 100;
        }
        float[] high = {6, 6, 600, 6, 6, 6};
        ChannelStatistics statistics = graph.statistics("ra").orElseThrow();
        double[] mean = statistics.mean();
        double[] deviation = statistics.deviation();
        mean[2] *= 100;
        deviation[2] *= 100;
        return graph.edit()
                .replace(first.with(a.with(
                        FloatTensor.of(a.weights().shape(), weights), FloatTensor.vector(bias), new Clamp(0, high))))
                .replace(second.with(d.with(FloatTensor.of(d.weights().shape(), reading), d.bias(), d.clamp())))
                .statistics("ra", new ChannelStatistics(mean, deviation))
                .build();
    }

    @Test
    void equalizationUndoesAnImbalance() {
        Pass equalize =
                new EqualizeNoise(NORMAL, IntegerRange.unsigned(8), IntegerRange.signed(8), IntegerRange.signed(8));
        Graph balanced = equalize.apply(relu6Network());
        Graph rebalanced = equalize.apply(unbalanced(relu6Network()));
        for (int c = 0; c < 6; c++) {
            assertThat(layer(rebalanced, "ra").clamp().high(c)
                            / layer(balanced, "ra").clamp().high(c))
                    .as("upper bound of channel %d, but for a scale of all", c)
                    .isCloseTo(
                            layer(rebalanced, "ra").clamp().high(0)
                                    / layer(balanced, "ra").clamp().high(0),
                            within(0.1f));
        }
        double bound = layer(rebalanced, "ra").clamp().high(2);
        assertThat(rebalanced.statistics("ra").orElseThrow().deviation()[2])
                .as("statistics follow their channels")
                .isCloseTo(relu6Network().statistics("ra").orElseThrow().deviation()[2] * bound / 6, within(1e-5));
    }

    @Test
    void equalizationKeepsTheFunction() {
        // Bounds that differ by channel have no float kernel, hence a network without any.
        Graph unbounded = unboundedNetwork();
        Graph result = new EqualizeNoise(
                        NORMAL, IntegerRange.unsigned(8), IntegerRange.signed(8), IntegerRange.signed(8))
                .apply(unbounded);
        assertThat(layer(result, "ra").weights())
                .isNotEqualTo(layer(unbounded, "ra").weights());
        assertThat(difference(unbounded, result)).isGreaterThan(110);
    }

    private static Graph unboundedNetwork() {
        Graph graph = relu6Network();
        Graph.Editor editor = graph.edit();
        for (Node node : graph.nodes()) {
            Op.Layer layer = (Op.Layer) node.op();
            editor.replace(node.with(layer.with(
                    layer.weights(),
                    layer.bias(),
                    layer.clamp().none() ? Clamp.NONE : Clamp.of(0, Float.POSITIVE_INFINITY))));
        }
        return editor.build();
    }

    @Test
    void freezingADeadChannelShrinksTheLargestWeights() {
        Graph graph = relu6Network();
        Node first = graph.producer("ra").orElseThrow();
        Op.Layer a = (Op.Layer) first.op();
        float[] bias = a.bias().values();
        float[] weights = a.weights().values();
        int perChannel = weights.length / 6;
        // Its input never varies in practice; the fold of its normalization made its weights the largest.
        weights[4 * perChannel] = 1000;
        bias[4] = 0.5f;
        ChannelStatistics statistics = graph.statistics("ra").orElseThrow();
        double[] mean = statistics.mean();
        double[] deviation = statistics.deviation();
        mean[4] = 0.5;
        deviation[4] = 1e-6;
        Graph dying = graph.edit()
                .replace(first.with(
                        a.with(FloatTensor.of(a.weights().shape(), weights), FloatTensor.vector(bias), a.clamp())))
                .statistics("ra", new ChannelStatistics(mean, deviation))
                .build();
        Graph frozen = new FreezeDeadChannels().apply(dying);
        Op.Layer result = layer(frozen, "ra");
        assertThat(largest(result.weights())).isLessThan(10);
        assertThat(result.bias().at(4)).isCloseTo(0.5f, within(1e-6f));
        assertThat(frozen.statistics("ra").orElseThrow().deviation()[4]).isZero();
        assertThat(frozen.statistics("ra").orElseThrow().deviation()[3]).isPositive();
    }

    @Test
    void aFrozenChannelBeforeAPointwiseLayerGoesIntoItsBias() {
        Graph graph = relu6Network();
        ChannelStatistics statistics = graph.statistics("rd").orElseThrow();
        double[] mean = statistics.mean();
        double[] deviation = statistics.deviation();
        mean[1] = 2;
        deviation[1] = 0;
        Graph frozen = new FreezeDeadChannels()
                .apply(graph.edit()
                        .statistics("rd", new ChannelStatistics(mean, deviation))
                        .build());
        Op.Layer p = layer(graph, "p");
        Op.Layer reader = layer(frozen, "p");
        assertThat(layer(frozen, "rd").bias().at(1)).isZero();
        for (int o = 0; o < 8; o++) {
            assertThat(reader.weights().at(o * 6 + 1)).isZero();
            assertThat(reader.bias().at(o))
                    .isCloseTo(p.bias().at(o) + 2 * p.weights().at(o * 6 + 1), within(1e-5f));
        }
    }

    @Test
    void normalisationMovesIntoTheFirstLayer() {
        Graph graph = relu6Network();
        Graph folded = new FoldNormalization(PixelInput.of(CalibratedNetwork.MEAN, CalibratedNetwork.STD)).apply(graph);
        List<Tensor> pictures = new CalibratedNetwork(7).testPictures();
        List<float[]> expected = CalibratedNetwork.runFloat(graph, pictures);
        List<float[]> actual = CalibratedNetwork.run(
                FloatLowering.lower(folded, CalibratedNetwork.metadata()),
                pictures.stream().map(QuantizationPassesTest::centred).toList());
        assertThat(CalibratedNetwork.signalToNoise(expected, actual)).isGreaterThan(110);
    }

    /** The float tensor p − rne(mean) of a picture. */
    private static Tensor centred(Tensor picture) {
        int[] shape = picture.shape();
        int pixels = shape[1] * shape[2];
        float[] values = new float[3 * pixels];
        for (int c = 0; c < 3; c++) {
            for (int p = 0; p < pixels; p++) {
                values[c * pixels + p] = (float) (picture.get(p * 3L + c) - Math.rint(CalibratedNetwork.MEAN[c]));
            }
        }
        return Tensor.of(values, 1, 3, shape[1], shape[2]);
    }

    @Test
    void propagatesStatisticsToLayersWithoutNormalization() {
        var linear = new Op.Linear(
                FloatTensor.of(new int[] {2, 2}, new float[] {3, 4, 1, -1}),
                FloatTensor.vector(1, 2),
                Clamp.of(0, Float.POSITIVE_INFINITY));
        Graph graph = Graph.create("linear")
                .input("x", 1, 2)
                .node(new Node("first", linear, List.of("x"), "a"), 1, 2)
                .node(new Node("second", linear, List.of("a"), "b"), 1, 2)
                .output("b")
                .build();
        Graph known = new PropagateStatistics(new InputEncoding.Reals(-1e6, 1e6)).apply(graph);
        ChannelStatistics statistics = known.statistics("a").orElseThrow();
        assertThat(statistics.mean()[0]).isCloseTo(1, within(1e-9));
        // Inputs are modelled as normal with a quarter of the range as deviation, cut at two deviations.
        double deviation = 5e5 * 0.9;
        assertThat(statistics.deviation()[0] / deviation).isCloseTo(5, within(0.5));
        assertThat(statistics.deviation()[1] / deviation).isCloseTo(Math.sqrt(2), within(0.15));
        assertThat(known.statistics("b").orElseThrow().mean()[0])
                .as("means after a ReLU are positive")
                .isGreaterThan(1e5);
    }

    @Test
    void removesWhatDoesNothing() {
        Graph graph = Graph.create("identities")
                .input("x", 1, 2, 3, 3)
                .node(new Node("same", new Op.Reshape(), List.of("x"), "a"), 1, 2, 3, 3)
                .node(
                        new Node(
                                "clip",
                                new Op.Unary(
                                        FloatUnary.Function.CLIP, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY),
                                List.of("a"),
                                "b"),
                        1,
                        2,
                        3,
                        3)
                .node(new Node("transposed", new Op.Transpose(List.of(0, 1, 2, 3)), List.of("b"), "c"), 1, 2, 3, 3)
                .node(new Node("relu", new Op.Unary(FloatUnary.Function.CLIP, 0, 1), List.of("c"), "d"), 1, 2, 3, 3)
                .node(
                        new Node("pad", new Op.Pad(List.of(0, 0, 0, 0), List.of(0, 0, 0, 0), 0), List.of("d"), "e"),
                        1,
                        2,
                        3,
                        3)
                .output("e")
                .build();
        Graph result = new RemoveIdentities().apply(graph);
        assertThat(result.nodes()).extracting(Node::name).containsExactly("relu");
        assertThat(result.outputs()).containsExactly("e");
    }

    @Test
    void anIdentityThatIsTheWholeGraphStays() {
        Graph graph = Graph.create("identity")
                .input("x", 1, 2)
                .node(new Node("same", new Op.Reshape(), List.of("x"), "y"), 1, 2)
                .output("y")
                .build();
        assertThat(new RemoveIdentities().apply(graph).nodes()).hasSize(1);
    }

    @Test
    void meanOverPositionsIsAPooling() {
        Graph graph = Graph.create("mean")
                .input("x", 1, 2, 3, 3)
                .node(
                        new Node("mean", new Op.Reduction(FloatReduction.Kind.MEAN, List.of(3, 2)), List.of("x"), "y"),
                        1,
                        2)
                .output("y")
                .build();
        Graph result = new ReplaceSpatialMean().apply(graph);
        assertThat(result.nodes())
                .extracting(node -> node.op().kind())
                .containsExactly("GLOBAL_AVERAGE_POOL", "Reshape");
        assertThat(result.shape("y")).containsExactly(1, 2);
    }

    @Test
    void countedPaddingEndsWhereRoundingUpBegins() {
        var pool = new Op.Pool(
                Pooling.Kind.AVERAGE, new Window(ConvolutionShape.of(2, 2).withStride(2, 2), 1, 1, 0, 0), true);
        Graph graph = Graph.create("pool")
                .input("x", 1, 1, 4, 4)
                .node(new Node("pool", pool, List.of("x"), "y"), 1, 1, 3, 3)
                .output("y")
                .build();
        Graph result = new SeparateCountedPadding().apply(graph);
        assertThat(result.nodes()).extracting(node -> node.op().kind()).containsExactly("Pad", "AVERAGE_POOL");
        float[] ones = new float[16];
        Arrays.fill(ones, 1);
        float[] averages = CalibratedNetwork.run(
                        FloatLowering.lower(result, CalibratedNetwork.metadata()), List.of(Tensor.of(ones, 1, 1, 4, 4)))
                .getFirst();
        // The first window holds three zeros of padding, the last is cut where the picture ends.
        assertThat(averages).containsExactly(.25f, .5f, .5f, .5f, 1, 1, .5f, 1, 1);
    }
}

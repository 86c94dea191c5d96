package dev.octavo.tools.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.Pooling;
import dev.octavo.tools.graph.ChannelStatistics;
import dev.octavo.tools.graph.Clamp;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.Window;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class OutputSensitivityTest {
    private static final Offset<Double> EXACT = within(1e-12);

    private static Op.Layer pointwise(Clamp clamp, int outputs, float... weights) {
        return new Op.Convolution(
                Window.of(ConvolutionShape.of(1, 1)),
                FloatTensor.of(new int[] {outputs, weights.length / outputs, 1, 1}, weights),
                FloatTensor.zeros(outputs),
                clamp);
    }

    private static OutputSensitivity of(Graph graph) {
        return new OutputSensitivity(graph, ValueModels.of(graph, new InputEncoding.Reals(-1, 1)));
    }

    private static final Clamp RELU = new Clamp(0, new float[] {Float.POSITIVE_INFINITY});

    @Test
    void multipliesSquaredWeightsAndTheShareOfActivePositions() {
        Graph graph = Graph.create("chain")
                .input("x", 1, 1, 2, 2)
                .node(new Node("a", pointwise(RELU, 2, 1, 1), List.of("x"), "va"), 1, 2, 2, 2)
                .node(new Node("b", pointwise(Clamp.NONE, 1, 3, -2), List.of("va"), "vb"), 1, 1, 2, 2)
                .statistics("va", new ChannelStatistics(new double[] {0, 50}, new double[] {1, 1}))
                .output("vb")
                .build();
        OutputSensitivity sensitivity = of(graph);
        assertThat(sensitivity.of("vb")).containsExactly(new double[] {1}, EXACT);
        assertThat(sensitivity.of("va")).containsExactly(new double[] {9, 4}, EXACT);
        assertThat(sensitivity.ofSum(graph.producer("va").orElseThrow()))
                .containsExactly(new double[] {4.5, 4}, within(1e-6));
    }

    @Test
    void addsThePathsOfAResidual() {
        Graph graph = Graph.create("residual")
                .input("x", 1, 1, 2, 2)
                .node(new Node("a", pointwise(Clamp.NONE, 2, 1, 1), List.of("x"), "va"), 1, 2, 2, 2)
                .node(new Node("b", pointwise(Clamp.NONE, 2, 1, 0, 5, 2), List.of("va", "va"), "vb"), 1, 2, 2, 2)
                .output("vb")
                .build();
        assertThat(of(graph).of("va")).containsExactly(new double[] {1 + 1 + 25, 1 + 4}, EXACT);
    }

    @Test
    void followsChannelsThatMove() {
        Graph graph = Graph.create("moves")
                .input("x", 1, 1, 2, 2)
                .node(new Node("a", pointwise(Clamp.NONE, 2, 1, 1), List.of("x"), "va"), 1, 2, 2, 2)
                .node(new Node("b", pointwise(Clamp.NONE, 1, 1), List.of("x"), "vb"), 1, 1, 2, 2)
                .node(new Node("join", new Op.Concat(1), List.of("vb", "va"), "vj"), 1, 3, 2, 2)
                .node(new Node("mean", new Op.GlobalPool(Pooling.Kind.AVERAGE), List.of("vj"), "vm"), 1, 3, 1, 1)
                .node(new Node("c", pointwise(Clamp.NONE, 1, 2, 4, 6), List.of("vm"), "vc"), 1, 1, 1, 1)
                .output("vc")
                .build();
        OutputSensitivity sensitivity = of(graph);
        assertThat(sensitivity.of("vb")).containsExactly(new double[] {1}, EXACT);
        assertThat(sensitivity.of("va")).containsExactly(new double[] {4, 9}, EXACT);
    }

    @Test
    void weighsAFactorByThePowerOfTheOther() {
        Graph graph = Graph.create("product")
                .input("x", 1, 1, 2, 2)
                .node(new Node("a", pointwise(Clamp.NONE, 1, 1), List.of("x"), "va"), 1, 1, 2, 2)
                .node(new Node("b", pointwise(Clamp.NONE, 1, 1), List.of("x"), "vb"), 1, 1, 2, 2)
                .node(
                        new Node("product", new Op.Binary(FloatBinary.Function.MULTIPLY), List.of("va", "vb"), "vp"),
                        1,
                        1,
                        2,
                        2)
                .statistics("va", new ChannelStatistics(new double[] {3}, new double[] {4}))
                .statistics("vb", new ChannelStatistics(new double[] {1}, new double[] {0.5}))
                .output("vp")
                .build();
        OutputSensitivity sensitivity = of(graph);
        assertThat(sensitivity.of("va")).containsExactly(new double[] {1.25}, EXACT);
        assertThat(sensitivity.of("vb")).containsExactly(new double[] {25}, EXACT);
    }
}

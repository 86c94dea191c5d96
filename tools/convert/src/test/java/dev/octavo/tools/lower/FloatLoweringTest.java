package dev.octavo.tools.lower;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.Pooling;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.tools.graph.Clamp;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.Window;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FloatLoweringTest {
    private static float[] run(Graph graph, float... input) {
        ModelMetadata metadata = new ModelMetadata(
                "test", List.of(), new ModelMetadata.Preprocessing(List.of(), List.of(), 1), Map.of());
        try (Model model = Model.of(FloatLowering.lower(graph, metadata));
                Session session = model.newSession()) {
            return session.run(Tensor.of(input, graph.shape(graph.inputs().getFirst())))
                    .toFloatArray();
        }
    }

    private static float[] run(Op op, int[] inputShape, int[] outputShape, float... input) {
        return run(
                Graph.create("test")
                        .input("x", inputShape)
                        .node(new Node("op", op, List.of("x"), "y"), outputShape)
                        .output("y")
                        .build(),
                input);
    }

    @Test
    void boundsMayDifferByChannel() {
        Op.Convolution convolution = new Op.Convolution(
                Window.of(ConvolutionShape.of(1, 1)),
                FloatTensor.of(new int[] {3, 1, 1, 1}, new float[] {1, 2, -1}),
                FloatTensor.zeros(3),
                new Clamp(0, new float[] {3, Float.POSITIVE_INFINITY, 6}));
        assertThat(run(convolution, new int[] {1, 1, 1, 2}, new int[] {1, 3, 1, 2}, 5, -9))
                .containsExactly(3, 0, 10, 0, 0, 6);
    }

    @Test
    void weightsTurnToChannelsLast() {
        float[] weights = {1, 2, 3, 4, 10, 20, 30, 40};
        Op.Convolution convolution = new Op.Convolution(
                Window.of(ConvolutionShape.of(2, 2)),
                FloatTensor.of(new int[] {1, 2, 2, 2}, weights),
                FloatTensor.vector(0.5f),
                Clamp.NONE);
        assertThat(run(convolution, new int[] {1, 2, 2, 2}, new int[] {1, 1, 1, 1}, 1, 1, 1, 1, 2, 2, 2, 2))
                .containsExactly(10 + 200 + 0.5f);
    }

    @Test
    void averagesCountPaddingButNotWhatRoundingUpAdds() {
        ConvolutionShape taps = ConvolutionShape.of(1, 3).withStride(1, 2);
        Op.Pool pool = new Op.Pool(Pooling.Kind.AVERAGE, new Window(taps, 0, 1, 0, 0), true);
        assertThat(run(pool, new int[] {1, 1, 1, 5}, new int[] {1, 1, 1, 3}, 3, 6, 9, 12, 15))
                .containsExactly((3 + 6) / 3f, (6 + 9 + 12) / 3f, (12 + 15) / 2f);
    }

    @Test
    void normalizationOfAnyRank() {
        Op normalization = new Op.BatchNormalization(
                FloatTensor.vector(2, 4),
                FloatTensor.vector(1, -1),
                FloatTensor.vector(3, 0),
                FloatTensor.vector(4, 1),
                0);
        for (int[] shape :
                List.of(new int[] {1, 2}, new int[] {1, 2, 1}, new int[] {1, 2, 1, 1}, new int[] {1, 2, 1, 1, 1})) {
            assertThat(run(normalization, shape, shape, 5, 7)).containsExactly(3, 27);
        }
    }
}

package dev.octavo.tools.lower;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import java.util.List;
import org.junit.jupiter.api.Test;

class FoldConstantsTest {
    private static final Op ADD = new Op.Binary(FloatBinary.Function.ADD);

    @Test
    void whatDependsOnConstantsAloneBecomesOne() {
        Graph graph = Graph.create("test")
                .input("x", 1, 2)
                .constant("a", FloatTensor.of(new int[] {2, 2}, new float[] {1, 2, 3, 4}))
                .constant("b", FloatTensor.of(new int[] {2, 1}, new float[] {10, -20}))
                .node(new Node("product", new Op.MatMul(), List.of("a", "b"), "c"), 2, 1)
                .node(new Node("transpose", new Op.Transpose(List.of(1, 0)), List.of("c"), "d"), 1, 2)
                .node(
                        new Node(
                                "relu",
                                new Op.Unary(FloatUnary.Function.CLIP, -40, Float.POSITIVE_INFINITY),
                                List.of("d"),
                                "e"),
                        1,
                        2)
                .node(new Node("add", ADD, List.of("x", "e"), "y"), 1, 2)
                .output("y")
                .output("d")
                .build();
        Graph folded = new FoldConstants().apply(graph);
        assertThat(folded.nodes()).extracting(Node::name).containsExactly("add");
        assertThat(folded.constant("e")).contains(FloatTensor.of(new int[] {1, 2}, new float[] {-30, -40}));
        assertThat(folded.constant("d")).contains(FloatTensor.of(new int[] {1, 2}, new float[] {-30, -50}));
        assertThat(folded.constants()).containsOnlyKeys("d", "e");
    }

    @Test
    void whatDependsOnAnInputStays() {
        Graph graph = Graph.create("test")
                .input("x", 1, 2)
                .constant("a", FloatTensor.of(new int[] {1, 2}, new float[] {1, 2}))
                .node(new Node("add", ADD, List.of("x", "a"), "y"), 1, 2)
                .output("y")
                .build();
        assertThat(new FoldConstants().apply(graph)).isSameAs(graph);
    }
}

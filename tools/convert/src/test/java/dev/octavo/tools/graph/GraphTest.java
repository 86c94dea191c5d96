package dev.octavo.tools.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.kernels.FloatUnary;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphTest {
    private static final Op RELU = new Op.Unary(FloatUnary.Function.CLIP, 0, Float.POSITIVE_INFINITY);

    private static Node node(String name, String input, String output) {
        return new Node(name, RELU, List.of(input), output);
    }

    private static Graph chain() {
        return Graph.create("chain")
                .input("x", 1, 4)
                .node(node("second", "a", "b"), 1, 4)
                .node(node("first", "x", "a"), 1, 4)
                .output("b")
                .build();
    }

    @Test
    void sortsNodes() {
        assertThat(chain().nodes()).extracting(Node::name).containsExactly("first", "second");
    }

    @Test
    void bypassingTheLastNodeKeepsTheNameOfTheOutput() {
        Graph graph = chain();
        Graph shorter = graph.edit().bypass(graph.producer("b").orElseThrow()).build();
        assertThat(shorter.nodes()).containsExactly(node("first", "x", "b"));
        assertThat(shorter.outputs()).containsExactly("b");
        assertThat(shorter.shape("b")).containsExactly(1, 4);
    }

    @Test
    void bypassingTheFirstNodeReadsTheInput() {
        Graph graph = chain();
        Graph shorter = graph.edit().bypass(graph.producer("a").orElseThrow()).build();
        assertThat(shorter.nodes()).containsExactly(node("second", "x", "b"));
    }

    @Test
    void refusesCycles() {
        Graph.Editor editor = Graph.create("cycle")
                .input("x", 1)
                .node(node("first", "b", "a"), 1)
                .node(node("second", "a", "b"), 1)
                .output("b");
        assertThatThrownBy(editor::build).isInstanceOf(GraphException.class).hasMessageContaining("own output");
    }

    @Test
    void refusesMissingValues() {
        Graph.Editor editor =
                Graph.create("missing").node(node("first", "nowhere", "a"), 1).output("a");
        assertThatThrownBy(editor::build)
                .isInstanceOf(GraphException.class)
                .hasMessageContaining("first")
                .hasMessageContaining("nowhere");
    }

    @Test
    void refusesValuesComputedTwice() {
        Graph.Editor editor = Graph.create("twice")
                .input("x", 1)
                .node(node("first", "x", "a"), 1)
                .node(node("second", "x", "a"), 1)
                .output("a");
        assertThatThrownBy(editor::build).isInstanceOf(GraphException.class).hasMessageContaining("computed twice");
    }

    @Test
    void survivesDeepNetworks() {
        Graph.Editor editor = Graph.create("deep").input("v0", 1);
        for (int i = 20_000; i > 0; i--) {
            editor.node(node("n" + i, "v" + (i - 1), "v" + i), 1);
        }
        assertThat(editor.output("v20000").build().nodes()).hasSize(20_000);
    }
}

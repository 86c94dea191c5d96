package dev.octavo.tools.onnx;

import static dev.octavo.tools.onnx.OnnxBuilder.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.onnx.proto.AttributeProto;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResizeMappingsTest {
    private static Graph resized(float[] scales, AttributeProto... attributes) {
        return new OnnxBuilder(13)
                .input("x", -1, 2, 4, 6)
                .floats("scales", new long[] {4}, scales)
                .node("Resize", List.of("x", "", "scales"), List.of("y"), attributes)
                .output("y")
                .read();
    }

    private static List<String> kinds(Graph graph) {
        return graph.nodes().stream().map(node -> node.op().kind()).toList();
    }

    @Test
    void wholeFactorsRepeat() {
        Graph graph = resized(
                new float[] {1, 1, 2, 3},
                attribute("mode", "nearest"),
                attribute("coordinate_transformation_mode", "asymmetric"),
                attribute("nearest_mode", "floor"));
        assertThat(graph.shape("y")).containsExactly(1, 2, 8, 18);
        assertThat(graph.batchable()).isTrue();
        assertThat(kinds(graph)).containsExactly("Reshape", "Concat", "Reshape", "Reshape", "Concat", "Reshape");
    }

    @Test
    void wholeFractionsSubsample() {
        Graph graph = resized(
                new float[] {1, 1, 0.5f, 1},
                attribute("coordinate_transformation_mode", "asymmetric"),
                attribute("nearest_mode", "floor"));
        assertThat(graph.shape("y")).containsExactly(1, 2, 2, 6);
        assertThat(graph.nodes())
                .singleElement()
                .extracting(Node::op)
                .isEqualTo(new Op.Slice(List.of(0, 0, 0, 0), List.of(1, 1, 2, 1)));
    }

    @Test
    void interpolationIsAConvolutionAcrossTheDimension() {
        Graph graph = resized(new float[] {1, 1, 1, 0.5f}, attribute("mode", "linear"));
        assertThat(graph.shape("y")).containsExactly(1, 2, 4, 3);
        Op.Convolution convolution = (Op.Convolution) graph.nodes().stream()
                .map(Node::op)
                .filter(Op.Convolution.class::isInstance)
                .findFirst()
                .orElseThrow();
        assertThat(convolution.weights().shape()).containsExactly(3, 6, 1, 1);
        assertThat(convolution.weights().values())
                .containsExactly(.5f, .5f, 0, 0, 0, 0, 0, 0, .5f, .5f, 0, 0, 0, 0, 0, 0, .5f, .5f);
    }

    @Test
    void factorsOfOneVanish() {
        Graph graph = new OnnxBuilder(9)
                .input("x", -1, 2, 4, 6)
                .floats("scales", new long[] {4}, 1, 1, 1, 1)
                .node("Upsample", List.of("x", "scales"), List.of("u"))
                .node("Relu", "u", "y")
                .output("y")
                .read();
        assertThat(kinds(graph)).containsExactly("CLIP");
    }

    @Test
    void refusesWhatItCannotResample() {
        assertThatThrownBy(() -> resized(new float[] {2, 1, 1, 1}))
                .isInstanceOf(GraphException.class)
                .hasMessageContaining("'resize0'")
                .hasMessageContaining("it resizes the batch");
        assertThatThrownBy(() -> resized(new float[] {1, 1, 0.1f, 1}))
                .isInstanceOf(GraphException.class)
                .hasMessageContaining("it resizes dimension 2 from 4 to 0");
        assertThatThrownBy(() -> resized(new float[] {1, 1, Float.NaN, 1}))
                .isInstanceOf(GraphException.class)
                .hasMessageContaining("it resizes dimension 2");
        assertThatThrownBy(() -> resized(
                        new float[] {1, 1, 2, 2}, attribute("coordinate_transformation_mode", "tf_crop_and_resize")))
                .isInstanceOf(GraphException.class)
                .hasMessageContaining("'tf_crop_and_resize' are not supported");
        assertThatThrownBy(() -> resized(new float[] {1, 1, 1e9f, 1}))
                .isInstanceOf(GraphException.class)
                .hasMessageContaining("it resizes dimension 2");
    }

    @Test
    void tilesRepeatComputedValues() {
        Graph graph = new OnnxBuilder(13)
                .input("x", -1, 2, 3)
                .integers("repeats", 1, 2, 1)
                .node("Tile", List.of("x", "repeats"), List.of("y"))
                .output("y")
                .read();
        assertThat(graph.shape("y")).containsExactly(1, 4, 3);
        assertThat(kinds(graph)).containsExactly("Concat");
    }
}

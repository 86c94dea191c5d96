package dev.octavo.tools.onnx;

import static dev.octavo.tools.onnx.OnnxBuilder.attribute;
import static dev.octavo.tools.onnx.OnnxBuilder.attributes;
import static dev.octavo.tools.onnx.OnnxBuilder.floatTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.Window;
import dev.octavo.tools.onnx.proto.AttributeProto;
import dev.octavo.tools.onnx.proto.NodeProto;
import dev.octavo.tools.onnx.proto.TensorProto;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxReaderTest {
    private static Op only(Graph graph) {
        assertThat(graph.nodes()).hasSize(1);
        return graph.nodes().getFirst().op();
    }

    private static Window window(long[] input, long[] weights, AttributeProto... attributes) {
        Graph graph = new OnnxBuilder(13)
                .input("x", input)
                .ramp("w", weights)
                .node("Conv", List.of("x", "w"), List.of("y"), attributes)
                .output("y")
                .read();
        return ((Op.Convolution) only(graph)).window();
    }

    @Test
    void symbolicBatchIsOneAndBatchable() {
        Graph graph = new OnnxBuilder(13)
                .input("x", -1, 4)
                .node("Relu", "x", "y")
                .output("y")
                .read();
        assertThat(graph.batchable()).isTrue();
        assertThat(graph.shape("y")).containsExactly(1, 4);
        assertThat(only(graph)).isEqualTo(new Op.Unary(FloatUnary.Function.CLIP, 0, Float.POSITIVE_INFINITY));
    }

    @Test
    void openExtentsAreGivenByTheCaller() {
        OnnxBuilder model = new OnnxBuilder(13)
                .input("x", -1, 3, -1, -1)
                .node("Relu", "x", "y")
                .output("y");
        assertThat(model.read(Map.of("x", new int[] {1, 3, 5, 7})).shape("y")).containsExactly(1, 3, 5, 7);
        assertThatThrownBy(() -> model.read(Map.of("z", new int[] {1})))
                .isInstanceOf(GraphException.class)
                .hasMessageContaining("no input 'z'");
    }

    @ParameterizedTest
    @CsvSource({"SAME_UPPER, 0, 1, 1, 1", "SAME_LOWER, 1, 1, 0, 1", "VALID, 0, 0, 0, 0"})
    void automaticPadding(String mode, int top, int left, int bottom, int right) {
        Window window = window(
                new long[] {1, 1, 8, 9},
                new long[] {1, 1, 3, 3},
                attribute("auto_pad", mode),
                attributes("strides", 2, 2));
        assertThat(List.of(window.padTop(), window.padLeft(), window.padBottom(), window.padRight()))
                .containsExactly(top, left, bottom, right);
    }

    @Test
    void dilatedSamePaddingKeepsTheSize() {
        Window window = window(
                new long[] {1, 1, 9, 9},
                new long[] {1, 1, 3, 3},
                attribute("auto_pad", "SAME_UPPER"),
                attributes("dilations", 2, 2));
        assertThat(window).isEqualTo(new Window(window.shape(), 2, 2, 2, 2));
    }

    @Test
    void oneDimensionalConvolutionHasAHeightOfOne() {
        Window window =
                window(new long[] {1, 4, 16}, new long[] {2, 2, 5}, attributes("pads", 3, 1), attribute("group", 2));
        assertThat(window.shape().kernelHeight()).isEqualTo(1);
        assertThat(window.shape().kernelWidth()).isEqualTo(5);
        assertThat(List.of(window.padTop(), window.padLeft(), window.padBottom(), window.padRight()))
                .containsExactly(0, 3, 0, 1);
    }

    @Test
    void boundsOfClipAreAttributesThenInputs() {
        Op old = only(new OnnxBuilder(10)
                .input("x", 1, 4)
                .node("Clip", "x", "y", attribute("max", 6f), attribute("min", 0f))
                .output("y")
                .read());
        Op later = only(new OnnxBuilder(11)
                .input("x", 1, 4)
                .floats("low", new long[0], 0)
                .floats("high", new long[0], 6)
                .node("Clip", List.of("x", "low", "high"), List.of("y"))
                .output("y")
                .read());
        Op upperOnly = only(new OnnxBuilder(13)
                .input("x", 1, 4)
                .floats("high", new long[0], 6)
                .node("Clip", List.of("x", "", "high"), List.of("y"))
                .output("y")
                .read());
        assertThat(old).isEqualTo(later).isEqualTo(new Op.Unary(FloatUnary.Function.CLIP, 0, 6));
        assertThat(upperOnly).isEqualTo(new Op.Unary(FloatUnary.Function.CLIP, Float.NEGATIVE_INFINITY, 6));
    }

    @Test
    void axesOfSqueezeAreAnAttributeThenAnInput() {
        Graph old = new OnnxBuilder(12)
                .input("x", 1, 3, 1, 1)
                .node("Squeeze", "x", "y", attributes("axes", 2, 3))
                .output("y")
                .read();
        Graph later = new OnnxBuilder(13)
                .input("x", 1, 3, 1, 1)
                .integers("axes", -1, -2)
                .node("Squeeze", List.of("x", "axes"), List.of("y"))
                .output("y")
                .read();
        assertThat(old.shape("y")).isEqualTo(later.shape("y")).containsExactly(1, 3);
        assertThat(old.batchable()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 10, 13, 22})
    void identitiesAndDropoutsVanish(int opset) {
        Graph graph = new OnnxBuilder(opset)
                .input("x", 1, 4)
                .node("Identity", "x", "a")
                .node("Relu", "a", "b")
                .node("Dropout", List.of("b"), List.of("c", "mask"))
                .node("Identity", "c", "y")
                .output("y")
                .read();
        assertThat(graph.nodes()).extracting(Node::output).containsExactly("y");
        assertThat(graph.nodes().getFirst().inputs()).containsExactly("x");
    }

    @Test
    void outputsThatAreTheSameValueAllExist() {
        Graph graph = new OnnxBuilder(13)
                .input("x", 1, 4)
                .node("Relu", "x", "a")
                .node("Identity", "a", "y")
                .node("Identity", "a", "z")
                .node("Identity", "x", "w")
                .output("y")
                .output("z")
                .output("w")
                .read();
        assertThat(graph.outputs()).containsExactly("y", "z", "w");
        assertThat(graph.producer("z").orElseThrow().inputs()).containsExactly("y");
        assertThat(graph.producer("w").orElseThrow().inputs()).containsExactly("x");
    }

    @Test
    void shapeComputationsFold() {
        Graph graph = new OnnxBuilder(13)
                .input("x", -1, 8, 4, 4)
                .integers("zero", 0)
                .integers("rest", -1)
                .node("Shape", "x", "shape")
                .node("Gather", List.of("shape", "zero"), List.of("batch"), attribute("axis", 0))
                .node("Concat", List.of("batch", "rest"), List.of("target"), attribute("axis", 0))
                .node("Reshape", List.of("x", "target"), List.of("y"))
                .output("y")
                .read();
        assertThat(only(graph)).isEqualTo(new Op.Reshape());
        assertThat(graph.shape("y")).containsExactly(1, 128);
        assertThat(graph.constants()).isEmpty();
        assertThat(graph.batchable()).isTrue();
    }

    @Test
    void initializersAmongTheInputsAreNoInputs() {
        Graph graph = new OnnxBuilder(8)
                .input("x", 1, 3)
                .input("w", 3, 2)
                .ramp("w", 3, 2)
                .node("MatMul", List.of("x", "w"), List.of("y"))
                .output("y")
                .read();
        assertThat(graph.inputs()).containsExactly("x");
        assertThat(((Op.Linear) only(graph)).weights())
                .isEqualTo(FloatTensor.of(new int[] {2, 3}, new float[] {1, 3, 5, 2, 4, 6}));
    }

    @Test
    void gemmScalesItsWeightsAndBias() {
        Graph graph = new OnnxBuilder(13)
                .input("x", 1, 2)
                .ramp("w", 3, 2)
                .ramp("c", 1, 3)
                .node(
                        "Gemm",
                        List.of("x", "w", "c"),
                        List.of("y"),
                        attribute("transB", 1),
                        attribute("alpha", 2f),
                        attribute("beta", 0.5f))
                .output("y")
                .read();
        Op.Linear linear = (Op.Linear) only(graph);
        assertThat(linear.weights()).isEqualTo(FloatTensor.of(new int[] {3, 2}, new float[] {2, 4, 6, 8, 10, 12}));
        assertThat(linear.bias()).isEqualTo(FloatTensor.vector(0.5f, 1, 1.5f));
    }

    @Test
    void softmaxFlattensBeforeOpset13() {
        Graph old = new OnnxBuilder(12)
                .input("x", 1, 2, 3)
                .node("Softmax", "x", "y")
                .output("y")
                .read();
        Graph later = new OnnxBuilder(13)
                .input("x", 1, 2, 3)
                .node("Softmax", "x", "y")
                .output("y")
                .read();
        assertThat(old.nodes())
                .extracting(Node::op)
                .containsExactly(new Op.Reshape(), new Op.Softmax(1), new Op.Reshape());
        assertThat(old.shape(old.nodes().getFirst().output())).containsExactly(1, 6);
        assertThat(only(later)).isEqualTo(new Op.Softmax(2));
    }

    @Test
    void splitsAreSlices() {
        Graph graph = new OnnxBuilder(13)
                .input("x", 1, 5)
                .integers("parts", 2, 3)
                .node("Split", List.of("x", "parts"), List.of("y", "z"), attribute("axis", -1))
                .output("y")
                .output("z")
                .read();
        assertThat(graph.nodes())
                .extracting(Node::op)
                .containsExactly(
                        new Op.Slice(List.of(0, 0), List.of(1, 1)), new Op.Slice(List.of(0, 2), List.of(1, 1)));
        assertThat(graph.shape("z")).containsExactly(1, 3);
    }

    @Test
    void negativePaddingCutsOff() {
        Graph graph = new OnnxBuilder(10)
                .input("x", 1, 6)
                .node("Pad", "x", "y", attributes("pads", 0, -2, 0, 3))
                .output("y")
                .read();
        assertThat(graph.nodes())
                .extracting(Node::op)
                .containsExactly(
                        new Op.Slice(List.of(0, 2), List.of(1, 1)), new Op.Pad(List.of(0, 0), List.of(0, 3), 0));
        assertThat(graph.shape("y")).containsExactly(1, 7);
    }

    @Test
    void slicesRunBackwards() {
        Graph graph = new OnnxBuilder(13)
                .input("x", 1, 7)
                .integers("start", Long.MAX_VALUE)
                .integers("end", Long.MIN_VALUE)
                .integers("axis", -1)
                .integers("step", -3)
                .node("Slice", List.of("x", "start", "end", "axis", "step"), List.of("y"))
                .output("y")
                .read();
        assertThat(only(graph)).isEqualTo(new Op.Slice(List.of(0, 6), List.of(1, -3)));
        assertThat(graph.shape("y")).containsExactly(1, 3);
    }

    @Test
    void roundedUpPoolingBeginsNoWindowBeyondItsInput() {
        Graph graph = new OnnxBuilder(13)
                .input("x", 1, 1, 2, 5)
                .node(
                        "MaxPool",
                        "x",
                        "y",
                        attributes("kernel_shape", 1, 1),
                        attributes("strides", 2, 2),
                        attribute("ceil_mode", 1))
                .output("y")
                .read();
        assertThat(graph.shape("y")).containsExactly(1, 1, 1, 3);
    }

    @Test
    void allFormsOfNumbersAreRead() {
        TensorProto.Builder half =
                TensorProto.newBuilder().setDataType(10).addDims(2).setName("half");
        half.addInt32Data(Float.floatToFloat16(1.5f) & 0xffff).addInt32Data(Float.floatToFloat16(-2) & 0xffff);
        TensorProto.Builder wide =
                TensorProto.newBuilder().setDataType(11).addDims(2).setName("wide");
        wide.addDoubleData(0.25).addDoubleData(-3);
        TensorProto brain = TensorProto.newBuilder()
                .setDataType(16)
                .addDims(2)
                .setName("brain")
                .setRawData(ByteString.copyFrom(new byte[] {0x40, 0x40, (byte) 0x80, (byte) 0xbf}))
                .build();
        Graph graph = new OnnxBuilder(13)
                .initializer(half.build())
                .initializer(wide.build())
                .initializer(brain)
                .initializer(floatTensor("single", new long[] {2}, 7, 8))
                .node("Concat", List.of("half", "wide", "brain", "single"), List.of("y"), attribute("axis", 0))
                .output("y")
                .read();
        assertThat(graph.constant("y").orElseThrow()).isEqualTo(FloatTensor.vector(1.5f, -2, 0.25f, -3, 3, -1, 7, 8));
    }

    @Test
    void nodesThatNoOutputNeedsAreIgnored() {
        Graph graph = new OnnxBuilder(13)
                .input("x", 1, 4)
                .node("NonMaxSuppression", "x", "unused")
                .node("Relu", "x", "y")
                .output("y")
                .read();
        assertThat(graph.nodes()).hasSize(1);
    }

    @Test
    void namesOfNodesBecomeUnique() {
        Graph graph = new OnnxBuilder(13)
                .input("x", 1, 4)
                .node("Relu", "x", "a")
                .add(NodeProto.newBuilder()
                        .setOpType("Relu")
                        .setName("relu0")
                        .addInput("a")
                        .addOutput("y")
                        .build())
                .output("y")
                .read();
        assertThat(graph.nodes()).extracting(Node::name).doesNotHaveDuplicates();
    }

    @Test
    void whatMixesImagesIsNotBatchable() {
        Graph transposed = new OnnxBuilder(13)
                .input("x", -1, 1, 4)
                .node("Transpose", "x", "y", attributes("perm", 1, 0, 2))
                .output("y")
                .read();
        Graph normalized = new OnnxBuilder(13)
                .input("x", -1, 4)
                .node("Softmax", "x", "y", attribute("axis", 0))
                .output("y")
                .read();
        Graph perChannel = new OnnxBuilder(13)
                .input("x", -1, 3, 2, 2)
                .ramp("c", 3, 1, 1)
                .node("Mul", List.of("x", "c"), List.of("y"))
                .output("y")
                .read();
        assertThat(transposed.batchable()).isFalse();
        assertThat(normalized.batchable()).isFalse();
        assertThat(perChannel.batchable()).isTrue();
    }

    @Test
    void localResponseSumsOverNeighbouringChannels() {
        Graph graph = new OnnxBuilder(13)
                .input("x", 1, 4, 1, 1)
                .node("LRN", "x", "y", attribute("size", 4), attribute("alpha", 2f), attribute("beta", 1f))
                .output("y")
                .read();
        Op.Convolution sums = graph.nodes().stream()
                .map(Node::op)
                .filter(Op.Convolution.class::isInstance)
                .map(Op.Convolution.class::cast)
                .findFirst()
                .orElseThrow();
        assertThat(sums.weights().map(weight -> 2 * weight).values())
                .containsExactly(1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 0, 0, 1, 1);
        assertThat(sums.bias()).isEqualTo(FloatTensor.vector(1, 1, 1, 1));
        assertThat(graph.batchable()).isTrue();
    }
}

package dev.octavo.tools.onnx;

import static dev.octavo.tools.onnx.OnnxBuilder.attribute;
import static dev.octavo.tools.onnx.OnnxBuilder.attributes;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.onnx.proto.TensorProto.DataType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Quantized networks that contradict themselves, or go beyond bytes: one exception names the node and what is wrong. */
class MalformedQuantizationTest {
    private static final long[] SCALAR = {};

    private static Arguments of(String what, OnnxBuilder model, String node, String message) {
        return Arguments.of(what, model, node, message);
    }

    /** An input [1, 2, 4, 4] in codes {@code q}, with scales and zero points that other nodes may take. */
    private static OnnxBuilder model() {
        return new OnnxBuilder(13)
                .input("x", 1, 2, 4, 4)
                .scalar("s", 0.1f)
                .codes("z", DataType.UINT8, SCALAR, 128)
                .codes("i8", DataType.INT8, SCALAR, 0)
                .node("QuantizeLinear", List.of("x", "s", "z"), List.of("q"));
    }

    private static OnnxBuilder quantize(int opset) {
        return new OnnxBuilder(opset).input("x", 1, 2, 4, 4);
    }

    private static OnnxBuilder withScale(OnnxBuilder scale) {
        return scale.codes("z", DataType.UINT8, SCALAR, 0)
                .node("QuantizeLinear", List.of("x", "s", "z"), List.of("y"))
                .output("y");
    }

    private static OnnxBuilder withZeroPoint(OnnxBuilder zeroPoint) {
        return zeroPoint
                .scalar("s", 1)
                .node("QuantizeLinear", List.of("x", "s", "z"), List.of("y"))
                .output("y");
    }

    private static OnnxBuilder weights(OnnxBuilder model) {
        int[] codes = new int[3 * 2 * 9];
        return model.codes("w", DataType.INT8, new long[] {3, 2, 3, 3}, codes);
    }

    /** A node of weights [3, 2, 3, 3] that are dequantized with scales {@code ws} and zero points {@code wz}. */
    private static OnnxBuilder dequantizedWeights(OnnxBuilder model, long axis) {
        return weights(model)
                .node("DequantizeLinear", List.of("w", "ws", "wz"), List.of("wd"), attribute("axis", axis))
                .node("DequantizeLinear", List.of("q", "s", "z"), List.of("d"))
                .node("Conv", List.of("d", "wd"), List.of("y"))
                .output("y");
    }

    private static OnnxBuilder convolution(OnnxBuilder model, String... inputs) {
        return model.node("QLinearConv", List.of(inputs), List.of("c"))
                .node("DequantizeLinear", List.of("c", "s", "z"), List.of("y"))
                .output("y");
    }

    static Stream<Arguments> scales() {
        return Stream.of(
                of(
                        "zero",
                        withScale(quantize(13).scalar("s", 0)),
                        "QuantizeLinear",
                        "'s' is 0.0; scales must be positive"),
                of(
                        "negative",
                        withScale(quantize(13).scalar("s", -1)),
                        "QuantizeLinear",
                        "'s' is -1.0; scales must be positive"),
                of("NaN", withScale(quantize(13).scalar("s", Float.NaN)), "QuantizeLinear", "'s' has the value NaN"),
                of(
                        "infinite",
                        withScale(quantize(13).scalar("s", Float.POSITIVE_INFINITY)),
                        "QuantizeLinear",
                        "'s' has the value Infinity"),
                of(
                        "empty",
                        withScale(quantize(13).floats("s", new long[] {0})),
                        "QuantizeLinear",
                        "'s' has no elements"),
                of(
                        "of rank 2",
                        withScale(quantize(13).floats("s", new long[] {1, 2}, 1, 2)),
                        "QuantizeLinear",
                        "blocks of values"),
                of(
                        "two for one zero point",
                        withScale(quantize(13).floats("s", new long[] {2}, 1, 2)),
                        "QuantizeLinear",
                        "but its scale"),
                of("integers", withScale(quantize(13).integers("s", 1)), "QuantizeLinear", "where floats are needed"),
                of(
                        "computed",
                        withScale(quantize(13).node("ReduceMean", "x", "s")),
                        "QuantizeLinear",
                        "must be constant"),
                of("missing", withScale(quantize(13)), "QuantizeLinear", "'s'"),
                of(
                        "of no name",
                        quantize(13).node("QuantizeLinear", "x", "y").output("y"),
                        "QuantizeLinear",
                        "its input 1 is missing"),
                of(
                        "one wrong of many",
                        dequantizedWeights(
                                model().floats("ws", new long[] {3}, 1, 0, 1)
                                        .codes("wz", DataType.INT8, new long[] {3}, 0, 0, 0),
                                0),
                        "DequantizeLinear",
                        "'ws' is 0.0; scales must be positive"),
                of(
                        "too few along the axis",
                        dequantizedWeights(
                                model().floats("ws", new long[] {2}, 1, 1)
                                        .codes("wz", DataType.INT8, new long[] {2}, 0, 0),
                                0),
                        "DequantizeLinear",
                        "2 scales do not fit dimension 0"),
                of(
                        "along an axis that is not there",
                        dequantizedWeights(
                                model().floats("ws", new long[] {3}, 1, 1, 1)
                                        .codes("wz", DataType.INT8, new long[] {3}, 0, 0, 0),
                                4),
                        "DequantizeLinear",
                        "axis 4"),
                of(
                        "in blocks",
                        quantize(21)
                                .scalar("s", 1)
                                .node("QuantizeLinear", List.of("x", "s"), List.of("y"), attribute("block_size", 2))
                                .output("y"),
                        "QuantizeLinear",
                        "block_size is 2"));
    }

    static Stream<Arguments> zeroPoints() {
        return Stream.of(
                of("float", withZeroPoint(quantize(13).scalar("z", 0)), "QuantizeLinear", "where integers are needed"),
                of(
                        "32 bits",
                        withZeroPoint(quantize(13).codes("z", DataType.INT32, SCALAR, 0)),
                        "QuantizeLinear",
                        "INT32; only 8-bit and 16-bit codes are supported"),
                of(
                        "beyond its type",
                        withZeroPoint(quantize(13).codes("z", DataType.UINT8, SCALAR, 300)),
                        "QuantizeLinear",
                        "300"),
                of(
                        "of rank 2",
                        withZeroPoint(quantize(13).codes("z", DataType.UINT8, new long[] {1, 1}, 0)),
                        "QuantizeLinear",
                        "but its scale"),
                of(
                        "computed",
                        withZeroPoint(quantize(13).node("ReduceMean", "x", "z")),
                        "QuantizeLinear",
                        "must be constant"),
                of(
                        "of another type than the codes",
                        model().node("DequantizeLinear", List.of("q", "s", "i8"), List.of("y"))
                                .output("y"),
                        "DequantizeLinear",
                        "'q' is UINT8, but its zero point 'i8' is INT8"),
                of(
                        "of another type than the weights",
                        dequantizedWeights(model().scalar("ws", 1).codes("wz", DataType.UINT8, SCALAR, 0), 0),
                        "DequantizeLinear",
                        "'w' is INT8, but its zero point 'wz' is UINT8"),
                of(
                        "fewer than scales",
                        dequantizedWeights(
                                model().floats("ws", new long[] {3}, 1, 1, 1)
                                        .codes("wz", DataType.INT8, new long[] {2}, 0, 0),
                                0),
                        "DequantizeLinear",
                        "but its scale"),
                of(
                        "of an unknown output type",
                        quantize(21)
                                .scalar("s", 1)
                                .node("QuantizeLinear", List.of("x", "s"), List.of("y"), attribute("output_dtype", 17))
                                .output("y"),
                        "QuantizeLinear",
                        "output_dtype is 17"));
    }

    static Stream<Arguments> operators() {
        return Stream.of(
                of(
                        "codes of a float",
                        quantize(13)
                                .scalar("s", 1)
                                .node("DequantizeLinear", List.of("x", "s"), List.of("y"))
                                .output("y"),
                        "DequantizeLinear",
                        "'x' is not quantized"),
                of(
                        "codes of nothing",
                        quantize(13)
                                .scalar("s", 1)
                                .node("DequantizeLinear", List.of("nowhere", "s"), List.of("y"))
                                .output("y"),
                        "DequantizeLinear",
                        "nowhere"),
                of(
                        "constant floats instead of codes",
                        model().ramp("w", 3, 2, 3, 3)
                                .node("DequantizeLinear", List.of("w", "s", "z"), List.of("wd"))
                                .node("Conv", List.of("x", "wd"), List.of("y"))
                                .output("y"),
                        "DequantizeLinear",
                        "where codes are needed"),
                of(
                        "codes read as numbers",
                        model().node("Relu", "q", "y").output("y"),
                        "Relu",
                        "reads the quantized tensor 'q' as numbers"),
                of(
                        "convolution of a float",
                        convolution(weights(model()), "x", "s", "z", "w", "s", "i8", "s", "z"),
                        "QLinearConv",
                        "'x' is not quantized"),
                of(
                        "convolution without an output scale",
                        convolution(weights(model()), "q", "s", "z", "w", "s", "i8"),
                        "QLinearConv",
                        "6"),
                of(
                        "computed weights",
                        convolution(model(), "q", "s", "z", "q", "s", "z", "s", "z"),
                        "QLinearConv",
                        "'q'"),
                of(
                        "weights of rank 2",
                        convolution(
                                model().codes("w", DataType.INT8, new long[] {3, 2}, 1, 2, 3, 4, 5, 6),
                                "q",
                                "s",
                                "z",
                                "w",
                                "s",
                                "i8",
                                "s",
                                "z"),
                        "QLinearConv",
                        "do not fit"),
                of(
                        "weights for other channels",
                        convolution(
                                model().codes("w", DataType.INT8, new long[] {1, 5, 1, 1}, 1, 2, 3, 4, 5),
                                "q",
                                "s",
                                "z",
                                "w",
                                "s",
                                "i8",
                                "s",
                                "z"),
                        "QLinearConv",
                        "5"),
                of(
                        "huge weights",
                        convolution(
                                model().codes("w", DataType.INT8, new long[] {1 << 20, 1 << 20, 3, 3}),
                                "q",
                                "s",
                                "z",
                                "w",
                                "s",
                                "i8",
                                "s",
                                "z"),
                        "QLinearConv",
                        "2^31"),
                of(
                        "bias of another length",
                        convolution(
                                weights(model()).codes("b", DataType.INT32, new long[] {2}, 1, 2),
                                "q",
                                "s",
                                "z",
                                "w",
                                "s",
                                "i8",
                                "s",
                                "z",
                                "b"),
                        "QLinearConv",
                        "2 values for 3 outputs"),
                of(
                        "float bias",
                        convolution(weights(model()).ramp("b", 3), "q", "s", "z", "w", "s", "i8", "s", "z", "b"),
                        "QLinearConv",
                        "'b' holds floats"),
                of(
                        "output in two scales",
                        convolution(
                                weights(model())
                                        .floats("ss", new long[] {2}, 1, 1)
                                        .codes("zz", DataType.UINT8, new long[] {2}, 0, 0),
                                "q",
                                "s",
                                "z",
                                "w",
                                "s",
                                "i8",
                                "ss",
                                "zz"),
                        "QLinearConv",
                        "2 scales"),
                of(
                        "huge padding",
                        weights(model())
                                .node(
                                        "QLinearConv",
                                        List.of("q", "s", "z", "w", "s", "i8", "s", "z"),
                                        List.of("c"),
                                        attributes("pads", 1 << 30, 1 << 30, 1 << 30, 1 << 30))
                                .node("DequantizeLinear", List.of("c", "s", "z"), List.of("y"))
                                .output("y"),
                        "QLinearConv",
                        "its parameters are out of range"),
                of(
                        "integers of floats",
                        weights(model())
                                .node("ConvInteger", List.of("x", "w"), List.of("y"))
                                .output("y"),
                        "ConvInteger",
                        "'x' is not quantized"),
                of(
                        "integers with computed weights",
                        model().node("MatMulInteger", List.of("q", "q"), List.of("y"))
                                .output("y"),
                        "MatMulInteger",
                        "must be constant"),
                of(
                        "integers with a zero point of floats",
                        weights(model())
                                .node("ConvInteger", List.of("q", "w", "s"), List.of("y"))
                                .output("y"),
                        "ConvInteger",
                        "'s'"),
                of(
                        "product of matrices that do not fit",
                        model().codes("m", DataType.INT8, new long[] {3, 2}, 1, 2, 3, 4, 5, 6)
                                .node("QLinearMatMul", List.of("q", "s", "z", "m", "s", "i8", "s", "z"), List.of("c"))
                                .node("DequantizeLinear", List.of("c", "s", "z"), List.of("y"))
                                .output("y"),
                        "QLinearMatMul",
                        "[3, 2]"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"scales", "zeroPoints", "operators"})
    void isRefused(String what, OnnxBuilder model, String node, String message) {
        assertThatThrownBy(model::read)
                .isInstanceOf(GraphException.class)
                .hasMessageStartingWith("test.onnx: ")
                .hasMessageContaining("(" + node + ", opset ")
                .hasMessageContaining(message);
    }
}

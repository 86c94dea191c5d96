package dev.octavo.tools.onnx;

import static dev.octavo.tools.onnx.OnnxBuilder.attribute;
import static dev.octavo.tools.onnx.OnnxBuilder.attributes;

import dev.octavo.tools.onnx.proto.NodeProto;
import dev.octavo.tools.onnx.proto.TensorProto.DataType;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Small quantized networks as other tools export them: one convolution, 3×3, padded, of a float image [1, 2, 5, 5]. */
public final class QuantizedModels {
    public static final int SIZE = 5;
    public static final int INPUTS = 2;
    public static final int OUTPUTS = 3;
    public static final float INPUT_SCALE = 0.05f;
    public static final float OUTPUT_SCALE = 0.11f;

    /** How a tensor is stored. */
    public record Stored(DataType type, int zeroPoint) {}

    /** Everything that varies, and the integers that follow from the seed. */
    public record Case(Stored input, Stored weights, Stored output, boolean perChannel, int seed) {
        public int[] weightCodes() {
            SplittableRandom random = new SplittableRandom(seed);
            int low = weights.type() == DataType.INT8 ? -128 : 0;
            return random.ints((long) OUTPUTS * INPUTS * 9, low, low + 256).toArray();
        }

        public float[] weightScales() {
            return perChannel ? new float[] {0.011f, 0.02f, 0.0137f} : new float[] {0.0123f};
        }

        public int[] bias() {
            return new int[] {100, -2000, 0};
        }
    }

    private QuantizedModels() {}

    private static OnnxBuilder constants(Case test) {
        float[] scales = test.weightScales();
        int[] weightZeroPoints = new int[scales.length];
        Arrays.fill(weightZeroPoints, test.weights().zeroPoint());
        long[] perScale = test.perChannel() ? new long[] {OUTPUTS} : new long[0];
        return new OnnxBuilder(13)
                .input("x", 1, INPUTS, SIZE, SIZE)
                .scalar("xs", INPUT_SCALE)
                .codes("xz", test.input().type(), new long[0], test.input().zeroPoint())
                .codes("w", test.weights().type(), new long[] {OUTPUTS, INPUTS, 3, 3}, test.weightCodes())
                .floats("ws", perScale, scales)
                .codes("wz", test.weights().type(), perScale, weightZeroPoints)
                .scalar("ys", OUTPUT_SCALE)
                .codes("yz", test.output().type(), new long[0], test.output().zeroPoint())
                .codes("b", DataType.INT32, new long[] {OUTPUTS}, test.bias())
                .node("QuantizeLinear", List.of("x", "xs", "xz"), List.of("xq"))
                .output("y");
    }

    /** As QLinearConv. */
    public static OnnxBuilder operators(Case test) {
        return constants(test)
                .node(
                        "QLinearConv",
                        List.of("xq", "xs", "xz", "w", "ws", "wz", "ys", "yz", "b"),
                        List.of("yq"),
                        attributes("pads", 1, 1, 1, 1))
                .node("DequantizeLinear", List.of("yq", "ys", "yz"), List.of("y"));
    }

    /** As Conv between QuantizeLinear and DequantizeLinear. */
    public static OnnxBuilder pairs(Case test) {
        float[] biasScales = test.weightScales();
        for (int i = 0; i < biasScales.length; i++) {
            biasScales[i] *= INPUT_SCALE;
        }
        return constants(test)
                .floats("bs", test.perChannel() ? new long[] {OUTPUTS} : new long[0], biasScales)
                .node("DequantizeLinear", List.of("xq", "xs", "xz"), List.of("xd"))
                .node("DequantizeLinear", List.of("w", "ws", "wz"), List.of("wd"), attribute("axis", 0))
                .node("DequantizeLinear", List.of("b", "bs"), List.of("bd"), attribute("axis", 0))
                .node("Conv", List.of("xd", "wd", "bd"), List.of("sum"), attributes("pads", 1, 1, 1, 1))
                .node("QuantizeLinear", List.of("sum", "ys", "yz"), List.of("yq"))
                .node("DequantizeLinear", List.of("yq", "ys", "yz"), List.of("y"));
    }

    /** A node of ONNX Runtime's own domain. */
    public static NodeProto microsoft(String op, List<String> inputs, String output) {
        return NodeProto.newBuilder()
                .setDomain("com.microsoft")
                .setOpType(op)
                .setName(op)
                .addAllInput(inputs)
                .addOutput(output)
                .build();
    }
}

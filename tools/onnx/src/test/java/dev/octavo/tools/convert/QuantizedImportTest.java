package dev.octavo.tools.convert;

import static dev.octavo.tools.onnx.QuantizedModels.INPUTS;
import static dev.octavo.tools.onnx.QuantizedModels.INPUT_SCALE;
import static dev.octavo.tools.onnx.QuantizedModels.OUTPUTS;
import static dev.octavo.tools.onnx.QuantizedModels.OUTPUT_SCALE;
import static dev.octavo.tools.onnx.QuantizedModels.SIZE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Grid;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.onnx.OnnxBuilder;
import dev.octavo.tools.onnx.QuantizedModels;
import dev.octavo.tools.onnx.QuantizedModels.Case;
import dev.octavo.tools.onnx.QuantizedModels.Stored;
import dev.octavo.tools.onnx.proto.TensorProto.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks that were quantized elsewhere, against the arithmetic that the ONNX format defines. */
class QuantizedImportTest {
    private static final Stored U0 = new Stored(DataType.UINT8, 0);
    private static final Stored U128 = new Stored(DataType.UINT8, 128);
    private static final Stored S0 = new Stored(DataType.INT8, 0);
    private static final Stored SLEAST = new Stored(DataType.INT8, -128);
    private static final ConversionOptions OPTIONS = ConversionOptions.forBits(8);

    private static float[] image() {
        return floats(new SplittableRandom(3), INPUTS * SIZE * SIZE, 14);
    }

    private static float[] floats(SplittableRandom random, int count, double range) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble(-range / 2, range);
        }
        return values;
    }

    private static float[] run(OnnxBuilder builder, float[] image) {
        try (Model model = Model.of(Converter.convert(builder.read(), OPTIONS).model());
                Session session = model.newSession()) {
            return session.run(Tensor.of(image, 1, INPUTS, SIZE, SIZE)).toFloatArray();
        }
    }

    private static int code(double real, float scale, Stored stored) {
        int low = stored.type() == DataType.INT8 ? -128 : 0;
        return (int) Math.clamp(Math.rint(real / scale) + stored.zeroPoint(), low, low + 255);
    }

    /** The format's definition, with the float multiplier that ONNX Runtime computes. */
    private static float[] expected(Case test, float[] image) {
        int[] weights = test.weightCodes();
        float[] scales = test.weightScales();
        float[] result = new float[OUTPUTS * SIZE * SIZE];
        for (int o = 0; o < OUTPUTS; o++) {
            float multiplier = INPUT_SCALE * scales[scales.length == 1 ? 0 : o] / OUTPUT_SCALE;
            for (int y = 0; y < SIZE; y++) {
                for (int x = 0; x < SIZE; x++) {
                    int sum = test.bias()[o];
                    for (int tap = 0; tap < 9 * INPUTS; tap++) {
                        int row = y + tap % 9 / 3 - 1;
                        int column = x + tap % 3 - 1;
                        if (row >= 0 && row < SIZE && column >= 0 && column < SIZE) {
                            float real = image[(tap / 9 * SIZE + row) * SIZE + column];
                            sum += (code(real, INPUT_SCALE, test.input())
                                            - test.input().zeroPoint())
                                    * (weights[o * 9 * INPUTS + tap]
                                            - test.weights().zeroPoint());
                        }
                    }
                    int code = code((double) sum * multiplier, 1, test.output());
                    result[(o * SIZE + y) * SIZE + x] = (code - test.output().zeroPoint()) * OUTPUT_SCALE;
                }
            }
        }
        return result;
    }

    static Stream<Case> exactCases() {
        List<Case> cases = new ArrayList<>();
        for (Stored input : List.of(U0, U128, S0, SLEAST)) {
            for (Stored weights : List.of(S0, U128)) {
                for (Stored output : List.of(U0, U128, S0, SLEAST)) {
                    cases.add(new Case(input, weights, output, cases.size() % 2 == 0, cases.size()));
                }
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("exactCases")
    void zeroPointsOfNoneAndOfTheMiddleAreExact(Case test) {
        float[] expected = expected(test, image());
        Conversion conversion = Converter.convert(QuantizedModels.pairs(test).read(), OPTIONS);
        assertThat(conversion.adaptations()).isEmpty();
        assertThat(conversion.model().operations().stream()
                        .map(OperationDefinition::operation)
                        .map(Object::getClass))
                .containsExactly(Operation.Quantize.class, Operation.Convolution.class, Operation.Dequantize.class);
        assertThat(run(QuantizedModels.operators(test), image())).containsExactly(expected);
        assertThat(run(QuantizedModels.pairs(test), image())).containsExactly(expected);
    }

    /** What a zero point of the output adds to the bias is rounded to units of the accumulator: now and then one step. */
    @ParameterizedTest
    @CsvSource({"UINT8, 100, INT8, 28", "INT8, -100, UINT8, 255", "UINT8, 3, UINT8, 130", "UINT8, 255, INT8, 127"})
    void otherZeroPointsAreKept(DataType inputType, int inputZero, DataType outputType, int outputZero) {
        Case test =
                new Case(new Stored(inputType, inputZero), S0, new Stored(outputType, outputZero), false, inputZero);
        Conversion conversion = Converter.convert(QuantizedModels.pairs(test).read(), OPTIONS);
        assertThat(conversion.adaptations()).isEmpty();
        float[] expected = expected(test, image());
        float[] actual = run(QuantizedModels.pairs(test), image());
        int different = 0;
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(1.01f * OUTPUT_SCALE));
            different += actual[i] == expected[i] ? 0 : 1;
        }
        assertThat(different).isLessThanOrEqualTo(expected.length / 20);
    }

    @Test
    void weightsBeyondASignedByteGetACoarserScaleAndAreReported() {
        Case test = new Case(U128, new Stored(DataType.UINT8, 60), U128, false, 2);
        Conversion conversion =
                Converter.convert(QuantizedModels.operators(test).read(), OPTIONS);
        assertThat(conversion.adaptations()).singleElement().satisfies(adaptation -> {
            assertThat(adaptation.cause()).contains("weights");
            assertThat(adaptation.loss()).isBetween(-60.0, -35.0);
        });
    }

    /** {@code relu(a + conv(b))} as quantizers write residual blocks: the sum is rounded once more, the ReLU is the grid's. */
    @Test
    void sumsPoolsAndActivationsComputeInIntegers() {
        OnnxBuilder builder = QuantizedModels.pairs(new Case(S0, S0, S0, true, 5))
                .node("Add", List.of("y", "y"), List.of("twice"))
                .node("Relu", "twice", "positive")
                .codes("z0", DataType.INT8, new long[0], 0)
                .scalar("s2", 0.2f)
                .node("QuantizeLinear", List.of("positive", "s2", "z0"), List.of("pq"))
                .node("DequantizeLinear", List.of("pq", "s2", "z0"), List.of("pd"))
                .node("MaxPool", "pd", "max", OnnxBuilder.attributes("kernel_shape", 2, 2))
                .node("QuantizeLinear", List.of("max", "s2", "z0"), List.of("mq"))
                .node("DequantizeLinear", List.of("mq", "s2", "z0"), List.of("md"))
                .node("GlobalAveragePool", "md", "mean")
                .node("QuantizeLinear", List.of("mean", "s2", "z0"), List.of("gq"))
                .node("DequantizeLinear", List.of("gq", "s2", "z0"), List.of("pooled"))
                .output("pooled");
        Conversion conversion = Converter.convert(builder.read(), OPTIONS);
        assertThat(conversion.model().operations().stream()
                        .map(OperationDefinition::operation)
                        .map(Object::getClass))
                .containsExactlyInAnyOrder(
                        Operation.Quantize.class,
                        Operation.Convolution.class,
                        Operation.Add.class,
                        Operation.Pool.class,
                        Operation.Pool.class,
                        Operation.Dequantize.class,
                        Operation.Dequantize.class);
    }

    /** A fully connected layer whose input is quantized at run time, as ONNX Runtime's dynamic quantization writes it. */
    @Test
    void scalesThatAreKnownAtRunTimeAreComputedThere() {
        int inputs = 40;
        int outputs = 7;
        SplittableRandom random = new SplittableRandom(8);
        int[] weights = random.ints((long) inputs * outputs, -127, 128).toArray();
        OnnxBuilder builder = new OnnxBuilder(13)
                .input("x", 1, inputs)
                .codes("w", DataType.INT8, new long[] {inputs, outputs}, weights)
                .scalar("ws", 0.01f)
                .codes("wz", DataType.INT8, new long[0], 0)
                .node("DynamicQuantizeLinear", List.of("x"), List.of("xq", "xs", "xz"))
                .node("MatMulInteger", List.of("xq", "w", "xz", "wz"), List.of("sums"))
                .node("Cast", "sums", "real", OnnxBuilder.attribute("to", 1))
                .node("Mul", List.of("xs", "ws"), List.of("s"))
                .node("Mul", List.of("real", "s"), List.of("y"))
                .output("y");
        Conversion conversion = Converter.convert(builder.read(), OPTIONS);
        assertThat(conversion.model().operations())
                .filteredOn(operation -> operation.operation() instanceof Operation.Convolution)
                .hasSize(1);
        for (float range : new float[] {0.001f, 3, 1e6f}) {
            float[] x = floats(random, inputs, range);
            float least = 0;
            float greatest = 0;
            for (float value : x) {
                least = Math.min(least, value);
                greatest = Math.max(greatest, value);
            }
            float scale = (greatest - least) / 255;
            int zero = (int) Math.clamp(Math.rint(-least / scale), 0, 255);
            try (Model model = Model.of(conversion.model());
                    Session session = model.newSession()) {
                float[] y = session.run(Tensor.of(x, 1, inputs)).toFloatArray();
                for (int o = 0; o < outputs; o++) {
                    int sum = 0;
                    for (int i = 0; i < inputs; i++) {
                        sum += ((int) Math.clamp(Math.rint(x[i] / scale) + zero, 0, 255) - zero)
                                * weights[i * outputs + o];
                    }
                    // One step of one input, at most.
                    assertThat(y[o] / (scale * 0.01f)).isCloseTo(sum, within(127.5f));
                }
            }
        }
    }

    @Test
    void signedCodesNeedNoZeroPointToBeRead() {
        Graph graph = new OnnxBuilder(13)
                .input("x", 1, 4)
                .scalar("s", 0.5f)
                .codes("z", DataType.INT8, new long[0], 0)
                .node("QuantizeLinear", List.of("x", "s", "z"), List.of("q"))
                .node("DequantizeLinear", List.of("q", "s"), List.of("y"))
                .output("y")
                .read();
        assertThat(graph.nodes())
                .extracting(Node::op)
                .filteredOn(Op.RoundToGrid.class::isInstance)
                .containsExactly(new Op.RoundToGrid(new Grid(0.5f, 0, -128, 127)));
    }

    @Test
    void operatorsOfOnnxRuntimeAreKnown() {
        OnnxBuilder builder = QuantizedModels.operators(new Case(U0, S0, U0, true, 5))
                .add(QuantizedModels.microsoft(
                        "QLinearAdd", List.of("yq", "ys", "yz", "yq", "ys", "yz", "xs", "xz"), "sum"))
                .add(QuantizedModels.microsoft(
                        "QLinearGlobalAveragePool", List.of("sum", "xs", "xz", "ys", "yz"), "pool"))
                .add(QuantizedModels.microsoft(
                        "QLinearConcat", List.of("ys", "yz", "pool", "ys", "yz", "pool", "ys", "yz"), "both"))
                .node("DequantizeLinear", List.of("both", "ys", "yz"), List.of("z"))
                .output("z");
        Conversion conversion = Converter.convert(builder.read(), OPTIONS);
        assertThat(conversion.adaptations()).isEmpty();
        assertThat(conversion.model().operations().stream()
                        .map(OperationDefinition::operation)
                        .map(Object::getClass))
                .contains(Operation.Add.class, Operation.Pool.class, Operation.Concat.class);
    }
}

package dev.octavo.runtime.format;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatReduction;
import dev.octavo.kernels.FloatScatter;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.Rescaling;
import dev.octavo.runtime.format.ModelMetadata.Preprocessing;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A small model with one operation of each kind. */
final class FormatModels {
    /** What {@link ModelWriter} makes of {@link #everyOperation}. */
    static final Path GOLDEN = Path.of("src/test/resources/every-operation.octavo");

    private static final FixedPointMultiplier HALF = FixedPointMultiplier.of(0.5);

    private final List<TensorDefinition> tensors = new ArrayList<>();
    private final List<OperationDefinition> operations = new ArrayList<>();

    private FormatModels() {}

    static ModelDefinition everyOperation() {
        return new FormatModels().build();
    }

    private ModelDefinition build() {
        tensors.add(new TensorDefinition(
                "picture", ElementType.UINT8, new int[] {1, 2, 4, 4}, 1, new byte[] {1, (byte) 200}, null));
        tensors.add(
                new TensorDefinition("shift", ElementType.INT8, new int[] {1, 2, 1, 1}, 0.5f, new byte[1], bytes(2)));
        ConvolutionShape window = ConvolutionShape.of(3, 3);
        int conv = bytesOf(
                new Operation.Convolution(
                        window,
                        new Padding(1, 1, 1, 1),
                        bytes(36),
                        new int[] {-7, 9},
                        new Requantization(List.of(HALF, FixedPointMultiplier.of(0.01)), 0, new int[] {255, 100}),
                        null),
                List.of(0),
                1,
                2,
                4,
                4);
        int residual = bytesOf(
                new Operation.Convolution(
                        ConvolutionShape.of(1, 1).withGroups(2),
                        Padding.NONE,
                        bytes(2),
                        new int[] {1, 2},
                        Requantization.of(HALF, 3, 250),
                        FixedPointMultiplier.of(1.25)),
                List.of(conv, conv),
                1,
                2,
                4,
                4);
        int max = bytesOf(
                new Operation.Pool(Pooling.Kind.MAX, window, new Padding(1, 0, 1, 2), false, 0, 0),
                List.of(residual),
                1,
                2,
                4,
                4);
        int average = bytesOf(
                new Operation.Pool(
                        Pooling.Kind.AVERAGE, ConvolutionShape.of(1, 2).withStride(1, 2), Padding.NONE, true, -3, 0.75),
                List.of(max),
                1,
                2,
                4,
                2);
        int sum = offset(7, 1, 2, 4, 2);
        operation(new Operation.Add(HALF, HALF, 6.75f, 0, 99), List.of(average, 1), sum);
        int product = bytesOf(new Operation.Multiply(HALF, 7, 0, -11, 0, 77), List.of(sum, average), 1, 2, 4, 2);
        byte[] table = new byte[256];
        IntStream.range(0, 256).forEach(i -> table[i] = (byte) (i ^ 3));
        int mapped = bytesOf(new Operation.LookUp(table), List.of(product), 1, 2, 4, 2);
        int joined = bytesOf(new Operation.Concat(1), List.of(mapped, product), 1, 4, 4, 2);
        int sliced =
                bytesOf(new Operation.Slice(List.of(0, 3, 0, 0), List.of(1, -2, 1, 1)), List.of(joined), 1, 2, 4, 2);
        int padded = bytesOf(new Operation.Pad(List.of(0, 0, 1, 0), new byte[] {9}), List.of(sliced), 1, 2, 6, 2);
        int logits = floats(
                new Operation.Convolution(
                        ConvolutionShape.of(6, 2),
                        Padding.NONE,
                        bytes(72),
                        new int[] {5, 6, 7},
                        new Rescaling(new float[] {0.5f, 0.25f, 2}),
                        null),
                List.of(padded),
                1,
                3,
                1,
                1);
        int real = floats(new Operation.Dequantize(0), List.of(padded), 1, 2, 6, 2);
        int filtered = floats(
                new Operation.FloatConvolution(
                        ConvolutionShape.of(2, 1).withDilation(3, 1),
                        Padding.NONE,
                        MemorySegment.ofArray(new float[] {1, 2, 3, 4}),
                        new float[] {-1},
                        0,
                        Float.POSITIVE_INFINITY),
                List.of(real),
                1,
                1,
                3,
                2);
        int clipped = floats(new Operation.Unary(FloatUnary.Function.CLIP, -1, 6), List.of(filtered), 1, 1, 3, 2);
        int mean = floats(new Operation.Reduction(FloatReduction.Kind.MEAN, List.of(3)), List.of(clipped), 1, 1, 3);
        int row = floats(new Operation.Transpose(List.of(0, 2, 1)), List.of(mean), 1, 3, 1);
        int matrix = floats(new Operation.MatMul(), List.of(row, mean), 1, 3, 3);
        int softmax = floats(new Operation.Softmax(2), List.of(matrix), 1, 3, 3);
        int difference = floats(new Operation.Binary(FloatBinary.Function.SUBTRACT), List.of(softmax, matrix), 1, 3, 3);
        int best = floats(new Operation.ArgExtreme(2, true, false), List.of(difference), 1, 3, 1);
        int top = floats(new Operation.TopK(2, false, true), List.of(difference), 1, 3, 2);
        int picked = floats(new Operation.Gather(2, true), List.of(difference, top), 1, 3, 2);
        int scattered = floats(
                new Operation.Scatter(2, FloatScatter.Combination.ADD), List.of(difference, best, picked), 1, 3, 3);
        int selected = floats(new Operation.Select(), List.of(best, scattered, difference), 1, 3, 3);
        int codes = offset(3, 1, 3, 3);
        operation(new Operation.Quantize(3, 0, 200), List.of(selected), codes);
        int flat = offset(3, 1, 9);
        operation(new Operation.Reshape(), List.of(codes), flat);
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("rounding", "squant");
        settings.put("bits", "8");
        return new ModelDefinition(
                new ModelMetadata(
                        "every operation",
                        List.of("cat", "dog", "ö"),
                        new Preprocessing(List.of(123.5f, 116f), List.of(58f, 57f), 0.875f),
                        settings),
                tensors,
                operations,
                List.of(0),
                List.of(logits, flat),
                true);
    }

    private int bytesOf(Operation operation, List<Integer> inputs, int... shape) {
        int output = tensor(ElementType.UINT8, shape);
        operation(operation, inputs, output);
        return output;
    }

    private int floats(Operation operation, List<Integer> inputs, int... shape) {
        int output = tensor(ElementType.FLOAT32, shape);
        operation(operation, inputs, output);
        return output;
    }

    private int tensor(ElementType type, int... shape) {
        String name = "t" + tensors.size();
        tensors.add(
                type == ElementType.FLOAT32
                        ? TensorDefinition.ofFloat(name, shape)
                        : TensorDefinition.ofQuantized(name, type, 0.5f, shape));
        return tensors.size() - 1;
    }

    private int offset(int zero, int... shape) {
        tensors.add(TensorDefinition.ofOffset("t" + tensors.size(), 0.5f, zero, shape));
        return tensors.size() - 1;
    }

    private void operation(Operation operation, List<Integer> inputs, int output) {
        operations.add(new OperationDefinition("op" + operations.size(), operation, inputs, output));
    }

    private static MemorySegment bytes(int count) {
        byte[] bytes = new byte[count];
        IntStream.range(0, count).forEach(i -> bytes[i] = (byte) (i * 37 % 255 - 127));
        return MemorySegment.ofArray(bytes);
    }
}

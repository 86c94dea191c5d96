package dev.octavo.runtime;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Epilogue;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.Rescaling;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.runtime.format.ModelMetadata.Preprocessing;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.Padding;
import dev.octavo.runtime.format.TensorDefinition;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Models of several inputs of random kinds and operations mostly on tensors of one pixel. Some inputs are read by nothing,
 * some are outputs, and so are some constants; operands have fewer dimensions than results, or are constant.
 */
final class ManyInputModels {
    /** Of all codes, as those of pictures are, so that any two tensors can be joined. */
    private static final float SCALE = 1;

    private final SplittableRandom random;
    private final List<TensorDefinition> tensors = new ArrayList<>();
    private final List<OperationDefinition> operations = new ArrayList<>();
    private final List<Integer> values = new ArrayList<>();

    private ManyInputModels(long seed) {
        random = new SplittableRandom(seed);
    }

    static ModelDefinition of(long seed) {
        return new ManyInputModels(seed).build();
    }

    private ModelDefinition build() {
        List<Integer> inputs = new ArrayList<>();
        int count = 2 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            inputs.add(input(i));
        }
        values.addAll(inputs);
        int unread = random.nextInt(2 * count);
        values.removeIf(input -> input == unread);
        int size = random.nextInt(9);
        for (int attempts = 0; operations.size() < size && attempts < 100; attempts++) {
            operation(values.get(random.nextInt(values.size())));
        }
        List<Integer> outputs = new ArrayList<>();
        outputs.add(
                operations.isEmpty() ? inputs.getFirst() : operations.getLast().output());
        for (int i = random.nextInt(3); i > 0; i--) {
            outputs.add(random.nextInt(tensors.size()));
        }
        return new ModelDefinition(
                new ModelMetadata("many inputs", List.of(), new Preprocessing(List.of(), List.of(), 1), Map.of()),
                tensors,
                operations,
                inputs,
                outputs,
                true);
    }

    private int input(int number) {
        String name = "input" + number;
        int channels = 1 + random.nextInt(5);
        int[] shape = switch (random.nextInt(4)) {
            case 0 -> new int[] {1, channels};
            case 1 -> new int[] {1, channels, 1};
            case 2 -> new int[] {1, channels, 1, 1};
            default -> new int[] {1, channels, 2 + random.nextInt(4), 1 + random.nextInt(4)};
        };
        tensors.add(
                switch (random.nextInt(3)) {
                    case 0 -> TensorDefinition.ofFloat(name, shape);
                    case 1 -> TensorDefinition.ofQuantized(name, ElementType.INT8, SCALE, shape);
                    default -> TensorDefinition.ofQuantized(name, ElementType.UINT8, SCALE, shape);
                });
        return number;
    }

    private void operation(int value) {
        int[] shape = shape(value);
        ElementType type = type(value);
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> connect(value);
            case 3, 4 -> join(value);
            case 5 -> concatenate(value);
            case 6 -> multiply(value);
            case 7 -> {
                int elements = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
                int[] flat = random.nextBoolean() ? new int[] {1, elements} : new int[] {1, elements, 1, 1};
                add(new Operation.Reshape(), List.of(value), type, flat);
            }
            case 8 -> {
                Operation operation = type == ElementType.FLOAT32
                        ? new Operation.Unary(FloatUnary.Function.LEAKY_RELU, 0.25f, 0)
                        : new Operation.LookUp(bytes(256));
                add(operation, List.of(random.nextInt(4) == 0 ? constant(type, shape) : value), type, shape);
            }
            default -> pool(value);
        }
    }

    /** A fully connected layer. */
    private void connect(int value) {
        int[] shape = shape(value);
        int outputs = 1 + random.nextInt(5);
        int[] result = shape.clone();
        result[1] = outputs;
        int weights = outputs * shape[1];
        if (type(value) == ElementType.FLOAT32) {
            Operation operation = new Operation.FloatConvolution(
                    ConvolutionShape.of(1, 1),
                    Padding.NONE,
                    MemorySegment.ofArray(floats(weights)),
                    floats(outputs),
                    Float.NEGATIVE_INFINITY,
                    1);
            add(operation, List.of(value), ElementType.FLOAT32, result);
            return;
        }
        boolean toFloat = random.nextInt(3) == 0;
        Epilogue epilogue = toFloat
                ? new Rescaling(new float[] {0.01f})
                : Requantization.of(FixedPointMultiplier.of(0.02), random.nextBoolean() ? 0 : -127, 127);
        Operation operation = new Operation.Convolution(
                ConvolutionShape.of(1, 1),
                Padding.NONE,
                MemorySegment.ofArray(bytes(weights)),
                new int[outputs],
                epilogue,
                null);
        add(operation, List.of(value), toFloat ? ElementType.FLOAT32 : ElementType.INT8, result);
    }

    /** A sum with another tensor, a constant, or a column of fewer dimensions. */
    private void join(int value) {
        int[] shape = shape(value);
        ElementType type = type(value);
        int other = switch (random.nextInt(3)) {
            case 0 -> constant(type, IntStream.of(shape).skip(random.nextInt(2)).toArray());
            default -> partner(value);
        };
        if (other < 0) {
            return;
        }
        List<Integer> operands = random.nextBoolean() ? List.of(value, other) : List.of(other, value);
        FixedPointMultiplier half = FixedPointMultiplier.of(0.5);
        Operation operation = type == ElementType.FLOAT32
                ? new Operation.Binary(FloatBinary.Function.SUBTRACT)
                : new Operation.Add(half, half, 0, type == ElementType.INT8 ? -127 : 0, 127);
        add(operation, operands, type, shape);
    }

    /** A tensor of the same kind whose shape, aligned at the end, broadcasts to that of a value; −1 if there is none. */
    private int partner(int value) {
        int[] shape = shape(value);
        for (int candidate : values) {
            int[] other = shape(candidate);
            int missing = shape.length - other.length;
            boolean quantized = type(value).quantized() == type(candidate).quantized();
            if (candidate != value
                    && quantized
                    && missing >= 0
                    && IntStream.range(0, other.length)
                            .allMatch(d -> other[d] == 1 || other[d] == shape[d + missing])) {
                return candidate;
            }
        }
        return -1;
    }

    private void concatenate(int value) {
        int[] part = shape(value);
        part[1] = 1 + random.nextInt(3);
        int[] result = shape(value);
        result[1] += part[1];
        int constant = constant(type(value), part);
        List<Integer> parts = random.nextBoolean() ? List.of(value, constant) : List.of(constant, value);
        add(new Operation.Concat(1), parts, type(value), result);
    }

    /** Products of matrices: of a column and a row that are both computed, or with a constant. */
    private void multiply(int value) {
        int[] shape = shape(value);
        if (type(value) != ElementType.FLOAT32) {
            return;
        }
        int last = shape[shape.length - 1];
        if (random.nextBoolean()) {
            int[] result = shape.clone();
            result[shape.length - 1] = 3;
            int factor = constant(ElementType.FLOAT32, last, 3);
            add(new Operation.MatMul(), List.of(value, factor), ElementType.FLOAT32, result);
        } else if (shape.length == 2) {
            int scalar = partner(value);
            if (scalar >= 0 && Arrays.equals(shape(scalar), new int[] {1, 1})) {
                add(new Operation.MatMul(), List.of(scalar, value), ElementType.FLOAT32, shape);
            }
        }
    }

    private void pool(int value) {
        int[] shape = shape(value);
        if (shape.length == 4) {
            add(
                    new Operation.Pool(
                            Pooling.Kind.MAX, ConvolutionShape.of(shape[2], shape[3]), Padding.NONE, false, 0, 0),
                    List.of(value),
                    type(value),
                    1,
                    shape[1],
                    1,
                    1);
        }
    }

    private void add(Operation operation, List<Integer> inputs, ElementType type, int... shape) {
        String name = "t" + tensors.size();
        tensors.add(
                type == ElementType.FLOAT32
                        ? TensorDefinition.ofFloat(name, shape)
                        : TensorDefinition.ofQuantized(name, type, SCALE, shape));
        operations.add(new OperationDefinition("op" + operations.size(), operation, inputs, tensors.size() - 1));
        values.add(tensors.size() - 1);
    }

    private int constant(ElementType type, int... shape) {
        int elements = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        boolean real = type == ElementType.FLOAT32;
        MemorySegment segment = real ? MemorySegment.ofArray(floats(elements)) : MemorySegment.ofArray(bytes(elements));
        float scale = real ? 1 : SCALE;
        tensors.add(new TensorDefinition("c" + tensors.size(), type, shape, scale, new byte[real ? 0 : 1], segment));
        return tensors.size() - 1;
    }

    private int[] shape(int tensor) {
        return tensors.get(tensor).shape();
    }

    private ElementType type(int tensor) {
        return tensors.get(tensor).type();
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private float[] floats(int count) {
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
            floats[i] = (float) (random.nextDouble() - 0.5);
        }
        return floats;
    }
}

package dev.octavo.runtime;

import dev.octavo.kernels.Activation;
import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Epilogue;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatReduction;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.kernels.PiecewisePolynomial;
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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Small models of random structure, with everything that makes planning hard: branches, joins, views, odd shapes. */
public final class RandomModels {
    private final SplittableRandom random;
    private final boolean quantized;
    private final List<TensorDefinition> tensors = new ArrayList<>();
    private final List<OperationDefinition> operations = new ArrayList<>();
    private final List<Integer> maps = new ArrayList<>();

    private RandomModels(long seed, boolean quantized) {
        this.random = new SplittableRandom(seed);
        this.quantized = quantized;
    }

    /** From a picture of bytes to float logits. */
    public static ModelDefinition quantized(long seed, int size) {
        return new RandomModels(seed, true).build(size);
    }

    /** From floats to floats. */
    public static ModelDefinition floating(long seed, int size) {
        return new RandomModels(seed, false).build(size);
    }

    /** A tensor that fits an input. */
    public static Tensor input(TensorSpec spec, int batch, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Tensor tensor = Tensor.allocate(spec.type(), spec.shape(batch));
        byte[] bytes = new byte[(int) tensor.segment().byteSize()];
        random.nextBytes(bytes);
        if (spec.type() == ElementType.FLOAT32) {
            MemorySegment.copy(
                    MemorySegment.ofArray(floats(random, bytes.length / Float.BYTES)),
                    0,
                    tensor.segment(),
                    0,
                    bytes.length);
        } else {
            MemorySegment.copy(MemorySegment.ofArray(bytes), 0, tensor.segment(), 0, bytes.length);
        }
        return tensor;
    }

    /** A tensor that fits the first input of a model. */
    public static Tensor input(ModelDefinition definition, int batch, long seed) {
        try (Model model = Model.of(definition)) {
            return input(model.inputs().getFirst(), batch, seed);
        }
    }

    private ModelDefinition build(int size) {
        int[] shape = {1, 1 + random.nextInt(4), 5 + random.nextInt(8), 5 + random.nextInt(8)};
        if (quantized) {
            byte[] pads = new byte[shape[1]];
            random.nextBytes(pads);
            tensors.add(new TensorDefinition("picture", ElementType.UINT8, shape, 1, pads, null));
        } else {
            tensors.add(TensorDefinition.ofFloat("picture", shape));
        }
        maps.add(0);
        convolution(0);
        while (operations.size() < size) {
            int map = maps.get(random.nextInt(2) == 0 ? maps.size() - 1 : random.nextInt(maps.size()));
            switch (random.nextInt(11)) {
                case 0, 1, 2 -> convolution(map);
                case 3 -> pool(map);
                case 4 -> add(map);
                case 5 -> pointwise(map);
                case 6 -> concat(map);
                case 7 -> slice(map);
                case 8 -> pad(map);
                case 9 -> shuffle(map);
                default -> gate(map);
            }
        }
        List<Integer> outputs = new ArrayList<>();
        outputs.add(classify(maps.getLast()));
        outputs.add(maps.get(random.nextInt(maps.size())));
        return new ModelDefinition(
                new ModelMetadata(
                        "random",
                        List.of("a", "b"),
                        new Preprocessing(
                                List.of(120f),
                                List.of(60f),
                                0.875f,
                                ModelMetadata.ChannelOrder.BGR,
                                ModelMetadata.Fit.LETTERBOX,
                                List.of(114f)),
                        new ModelMetadata.Task(ModelMetadata.Task.Kind.DETECTOR, "ssd", List.of(0.5f, 0.25f, 1f, 2f)),
                        Map.of("bits", "8")),
                tensors,
                operations,
                List.of(0),
                outputs,
                true);
    }

    private void convolution(int map) {
        int[] shape = shape(map);
        boolean depthwise = random.nextInt(3) == 0;
        int channels = depthwise ? shape[1] : 1 + random.nextInt(9);
        int kernel = 1 + 2 * random.nextInt(2);
        int stride = shape[2] > 4 && shape[3] > 4 ? 1 + random.nextInt(2) : 1;
        int dilation = kernel == 3 && random.nextInt(4) == 0 ? 2 : 1;
        Padding padding = kernel == 1 && random.nextInt(3) > 0
                ? Padding.NONE
                : new Padding(2, 1 + random.nextInt(2), 2, 2 - random.nextInt(2));
        ConvolutionShape window = ConvolutionShape.of(kernel, kernel)
                .withStride(stride, stride)
                .withDilation(dilation, dilation)
                .withGroups(depthwise ? shape[1] : 1);
        int height = window.outputHeight(shape[2] + padding.top() + padding.bottom());
        int width = window.outputWidth(shape[3] + padding.left() + padding.right());
        if (height < 1 || width < 1 || height > 16 || width > 16) {
            return;
        }
        int[] result = {1, channels, height, width};
        int residual = random.nextInt(2) == 0 ? other(result, -1) : -1;
        int weights = channels * window.taps() * shape[1] / window.groups();
        List<Integer> inputs = residual < 0 ? List.of(map) : List.of(map, residual);
        if (quantized) {
            ElementType type = random.nextBoolean() ? ElementType.UINT8 : ElementType.INT8;
            int output = computed(type, result);
            Operation operation = new Operation.Convolution(
                    window,
                    padding,
                    weights(weights),
                    biases(channels),
                    random.nextInt(4) == 0
                            ? activation(type, channels, 1 / (60f * weights / channels))
                            : requantization(type, channels, 1.0 / (40.0 * weights / channels)),
                    residual < 0 ? null : FixedPointMultiplier.of(0.3 + random.nextDouble()));
            add("conv", operation, inputs, output);
        } else {
            int output = computed(ElementType.FLOAT32, result);
            Operation operation = new Operation.FloatConvolution(
                    window,
                    padding,
                    MemorySegment.ofArray(floats(random, weights)),
                    floats(random, channels),
                    random.nextBoolean() ? 0 : Float.NEGATIVE_INFINITY,
                    random.nextBoolean() ? 6 : Float.POSITIVE_INFINITY);
            add("conv", operation, inputs, output);
        }
    }

    private void pool(int map) {
        int[] shape = shape(map);
        if (shape[2] < 3 || shape[3] < 3) {
            return;
        }
        Pooling.Kind kind = random.nextBoolean() ? Pooling.Kind.MAX : Pooling.Kind.AVERAGE;
        ConvolutionShape window = ConvolutionShape.of(3, 2).withStride(1 + random.nextInt(2), 1);
        Padding padding = new Padding(1, 0, 1, 1);
        int[] result = {1, shape[1], window.outputHeight(shape[2] + 2), window.outputWidth(shape[3] + 1)};
        add(
                "pool",
                new Operation.Pool(
                        kind,
                        window,
                        padding,
                        zero(map) == 0 && random.nextBoolean(),
                        0,
                        quantized && kind == Pooling.Kind.AVERAGE ? 0.9 : 0),
                List.of(map),
                moved(map, result));
    }

    private void add(int map) {
        int[] shape = shape(map);
        int other = random.nextInt(4) == 0 ? constant(1, shape[1], 1, 1) : other(shape, map);
        if (other < 0) {
            return;
        }
        List<Integer> inputs = random.nextBoolean() ? List.of(map, other) : List.of(other, map);
        if (quantized) {
            ElementType type = random.nextBoolean() ? ElementType.UINT8 : ElementType.INT8;
            Operation operation = new Operation.Add(
                    FixedPointMultiplier.of(0.3 + random.nextDouble()),
                    FixedPointMultiplier.of(0.3 + random.nextDouble()),
                    (float) random.nextDouble(-50, 50),
                    0,
                    127);
            add("add", operation, inputs, computed(type, shape));
        } else {
            FloatBinary.Function function =
                    random.nextBoolean() ? FloatBinary.Function.ADD : FloatBinary.Function.SUBTRACT;
            add("add", new Operation.Binary(function), inputs, computed(ElementType.FLOAT32, shape));
        }
    }

    private void pointwise(int map) {
        if (quantized) {
            byte[] table = new byte[256];
            random.nextBytes(table);
            add(
                    "table",
                    new Operation.LookUp(table),
                    List.of(map),
                    computed(random.nextBoolean() ? ElementType.INT8 : ElementType.UINT8, shape(map)));
        } else {
            FloatUnary.Function[] functions = FloatUnary.Function.values();
            FloatUnary.Function function = functions[random.nextInt(functions.length)];
            Operation operation = new Operation.Unary(function, 0.1f, 1.5f);
            add("unary", operation, List.of(map), computed(ElementType.FLOAT32, shape(map)));
        }
    }

    private void concat(int map) {
        int axis = 1 + random.nextInt(2);
        int[] shape = shape(map);
        List<Integer> parts = new ArrayList<>(List.of(map));
        int length = shape[axis];
        for (int candidate : maps) {
            int[] other = shape(candidate);
            other[axis] = shape[axis];
            boolean fits = Arrays.equals(other, shape)
                    && tensors.get(candidate).type() == tensors.get(map).type()
                    && zero(candidate) == zero(map);
            if (fits && parts.size() < 3 && length + shape(candidate)[axis] < 24) {
                parts.add(candidate);
                length += shape(candidate)[axis];
            }
        }
        Collections.reverse(parts);
        shape[axis] = length;
        add("concat", new Operation.Concat(axis), parts, moved(map, shape));
    }

    private void slice(int map) {
        int[] shape = shape(map);
        List<Integer> starts = new ArrayList<>(List.of(0, 0, 0, 0));
        List<Integer> steps = new ArrayList<>(List.of(1, 1, 1, 1));
        int axis = 1 + random.nextInt(3);
        if (shape[axis] < 4) {
            return;
        }
        boolean backwards = random.nextInt(4) == 0;
        starts.set(axis, backwards ? shape[axis] - 1 : 1);
        steps.set(axis, backwards ? -1 : 1 + random.nextInt(2));
        shape[axis] = backwards ? shape[axis] : 1 + (shape[axis] - 2) / steps.get(axis);
        add("slice", new Operation.Slice(starts, steps), List.of(map), moved(map, shape));
    }

    private void pad(int map) {
        int[] shape = shape(map);
        if (shape[2] > 12 || shape[3] > 12) {
            return;
        }
        shape[2] += 3;
        shape[3] += 1;
        byte[] element = new byte[tensors.get(map).type().bytes()];
        element[0] = (byte) zero(map);
        add("pad", new Operation.Pad(List.of(0, 0, 1, 1), element), List.of(map), moved(map, shape));
    }

    /** Interleaves two halves of the channels. */
    private void shuffle(int map) {
        int[] shape = shape(map);
        if (shape[1] % 2 != 0) {
            return;
        }
        int half = shape[1] / 2;
        int split = tensorLike(map, 1, 2, half, shape[2], shape[3]);
        int swapped = tensorLike(map, 1, half, 2, shape[2], shape[3]);
        add("split", new Operation.Reshape(), List.of(map), split);
        add("swap", new Operation.Transpose(List.of(0, 2, 1, 3, 4)), List.of(split), swapped);
        add("join", new Operation.Reshape(), List.of(swapped), moved(map, shape));
    }

    /** A global average that scales its own map. */
    private void gate(int map) {
        int[] shape = shape(map);
        int[] pooled = {1, shape[1], 1, 1};
        if (quantized) {
            Operation average = new Operation.Pool(
                    Pooling.Kind.AVERAGE,
                    ConvolutionShape.of(shape[2], shape[3]),
                    Padding.NONE,
                    false,
                    random.nextInt(-900, 900),
                    1);
            int gate = tensor(tensors.get(map).type(), pooled);
            add("squeeze", average, List.of(map), gate);
            Operation multiply = new Operation.Multiply(
                    FixedPointMultiplier.of(0.02), zero(map), zero(gate), random.nextInt(-5000, 5000), 0, 127);
            add("excite", multiply, List.of(map, gate), computed(ElementType.UINT8, shape));
        } else {
            int flat = tensor(ElementType.FLOAT32, 1, shape[1]);
            int gate = tensor(ElementType.FLOAT32, pooled);
            add("squeeze", new Operation.Reduction(FloatReduction.Kind.MEAN, List.of(2, 3)), List.of(map), flat);
            add("unsqueeze", new Operation.Reshape(), List.of(flat), gate);
            Operation multiply = new Operation.Binary(FloatBinary.Function.MULTIPLY);
            add("excite", multiply, List.of(gate, map), computed(ElementType.FLOAT32, shape));
        }
    }

    private int classify(int map) {
        int[] shape = shape(map);
        int features = shape[1] * shape[2] * shape[3];
        int flat = tensorLike(map, 1, features);
        add("flatten", new Operation.Reshape(), List.of(map), flat);
        int logits = tensor(ElementType.FLOAT32, 1, 5);
        if (quantized) {
            Epilogue epilogue = new Rescaling(new float[] {0.01f});
            Operation classifier = new Operation.Convolution(
                    ConvolutionShape.of(1, 1), Padding.NONE, weights(5 * features), biases(5), epilogue, null);
            add("classify", classifier, List.of(flat), logits);
            return logits;
        }
        Operation classifier = new Operation.FloatConvolution(
                ConvolutionShape.of(1, 1),
                Padding.NONE,
                MemorySegment.ofArray(floats(random, 5 * features)),
                floats(random, 5),
                Float.NEGATIVE_INFINITY,
                Float.POSITIVE_INFINITY);
        add("classify", classifier, List.of(flat), logits);
        int column = tensor(ElementType.FLOAT32, 1, 5, 1);
        add("column", new Operation.Reshape(), List.of(logits), column);
        int row = tensor(ElementType.FLOAT32, 1, 1, 5);
        add("row", new Operation.Transpose(List.of(0, 2, 1)), List.of(column), row);
        int product = tensor(ElementType.FLOAT32, 1, 5, 5);
        add("product", new Operation.MatMul(), List.of(column, row), product);
        int probabilities = tensor(ElementType.FLOAT32, 1, 5, 5);
        add("softmax", new Operation.Softmax(2), List.of(product), probabilities);
        return probabilities;
    }

    private Epilogue requantization(ElementType type, int channels, double scale) {
        boolean perChannel = random.nextBoolean();
        List<FixedPointMultiplier> multipliers = new ArrayList<>();
        int[] high = new int[perChannel ? channels : 1];
        for (int c = 0; c < high.length; c++) {
            multipliers.add(FixedPointMultiplier.of(scale * (0.5 + random.nextDouble())));
            high[c] = type == ElementType.UINT8 ? 200 + random.nextInt(56) : 100 + random.nextInt(28);
        }
        return new Requantization(multipliers, type == ElementType.UINT8 || random.nextBoolean() ? 0 : -127, high);
    }

    /** Something like SiLU. */
    private Epilogue activation(ElementType type, int channels, float scale) {
        float[] steps = new float[random.nextBoolean() ? channels : 1];
        float[] scales = new float[steps.length];
        for (int c = 0; c < steps.length; c++) {
            steps[c] = scale * (float) (0.5 + random.nextDouble()) / 20;
            scales[c] = scale;
        }
        float[] coefficients = new float[2 * PiecewisePolynomial.SEGMENTS];
        for (int i = 0; i < coefficients.length; i++) {
            coefficients[i] = i < PiecewisePolynomial.SEGMENTS ? i / 7f : 1 / 7f;
        }
        return new Activation(
                new Activation.Function(FloatUnary.Function.HARD_SWISH, 0, 0, 1),
                new PiecewisePolynomial(coefficients),
                true,
                steps,
                3.5f,
                scales,
                type == ElementType.UINT8 ? 20 : 0,
                type == ElementType.UINT8 ? 0 : -127,
                type == ElementType.UINT8 ? 255 : 127);
    }

    private int other(int[] shape, int not) {
        for (int i = maps.size() - 1; i >= 0; i--) {
            int map = maps.get(i);
            if (map != not && Arrays.equals(shape(map), shape) && random.nextInt(3) > 0) {
                return map;
            }
        }
        return -1;
    }

    private int constant(int... shape) {
        int elements = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        tensors.add(
                quantized
                        ? new TensorDefinition("constant", ElementType.INT8, shape, 1, new byte[1], weights(elements))
                        : new TensorDefinition(
                                "constant",
                                ElementType.FLOAT32,
                                shape,
                                1,
                                new byte[0],
                                MemorySegment.ofArray(floats(random, elements))));
        return tensors.size() - 1;
    }

    /** A feature map that later operations may read. */
    private int computed(ElementType type, int... shape) {
        maps.add(tensor(type, shape));
        return maps.getLast();
    }

    /** The code of 0; pictures have one for padding alone. */
    private int zero(int tensor) {
        return tensor == 0 ? 0 : tensors.get(tensor).zeroCode();
    }

    /** The same for elements that are those of another map. */
    private int moved(int map, int... shape) {
        maps.add(tensorLike(map, shape));
        return maps.getLast();
    }

    private int tensor(ElementType type, int... shape) {
        String name = "t" + tensors.size();
        tensors.add(
                switch (type) {
                    case FLOAT32 -> TensorDefinition.ofFloat(name, shape);
                    case INT8 -> TensorDefinition.ofQuantized(name, type, 1, shape);
                    case UINT8 -> TensorDefinition.ofOffset(name, 1, random.nextInt(3) * 17, shape);
                });
        return tensors.size() - 1;
    }

    private int tensorLike(int tensor, int... shape) {
        TensorDefinition like = tensors.get(tensor);
        String name = "t" + tensors.size();
        byte[] codes = like.zeroCodes().length == 0 ? new byte[0] : new byte[] {(byte) zero(tensor)};
        tensors.add(new TensorDefinition(name, like.type(), shape, like.scale(), codes, null));
        return tensors.size() - 1;
    }

    private void add(String name, Operation operation, List<Integer> inputs, int output) {
        operations.add(new OperationDefinition(name + operations.size(), operation, inputs, output));
    }

    private int[] shape(int tensor) {
        return tensors.get(tensor).shape();
    }

    private MemorySegment weights(int count) {
        byte[] weights = new byte[count];
        for (int i = 0; i < count; i++) {
            weights[i] = (byte) (random.nextInt(255) - 127);
        }
        return MemorySegment.ofArray(weights);
    }

    private int[] biases(int count) {
        return random.ints(count, -500, 500).toArray();
    }

    private static float[] floats(SplittableRandom random, int count) {
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
            floats[i] = (float) (random.nextDouble() - 0.5);
        }
        return floats;
    }
}

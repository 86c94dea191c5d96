package dev.octavo.tools.graph;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatReduction;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.kernels.Pooling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Emits operators that compute, in the words of importers: each method takes names of values, emits the nodes that compute
 * its result, and returns the result's name. What depends on constants alone is computed at once where that is exact:
 * integers, and what only moves elements.
 */
public abstract class Emitter extends MovingEmitter {
    /** Sums of more numbers in single precision lose too much, and are split. */
    private static final int MAX_SUMMED = 1 << 14;

    Emitter() {}

    /** Applies a function to each element. */
    public String unary(FloatUnary.Function function, float alpha, float beta, String value) {
        Op.Unary unary = new Op.Unary(function, alpha, beta);
        if (isConstant(value) && constantOf(value) instanceof Constant.Integers) {
            return cast(unary(function, alpha, beta, typed(value, NumberType.FLOAT)), type(value));
        }
        return isConstant(value)
                ? constant(ConstantMath.unary(unary, constantOf(value)))
                : emit(unary, value, shape(value));
    }

    /** Applies a function without parameters to each element. */
    public String unary(FloatUnary.Function function, String value) {
        return unary(function, 0, 0, value);
    }

    /** Bounds each element. */
    public String clip(String value, float low, float high) {
        return unary(FloatUnary.Function.CLIP, low, high, value);
    }

    /** Combines two values element by element; both are broadcast. */
    public String binary(FloatBinary.Function function, String left, String right) {
        int[] shape = ShapeInference.broadcast(shape(left), shape(right));
        if (isConstant(left) && isConstant(right)) {
            reserve(shape);
            return constant(ConstantMath.binary(function, constantOf(left), constantOf(right)));
        }
        NumberType type = isConstant(left) ? type(right) : type(left);
        String result = emit(new Op.Binary(function), List.of(left, right), shape, type);
        return switch (function) {
            case EQUAL, LESS, LESS_OR_EQUAL -> typed(result, NumberType.BOOL);
            case DIVIDE -> type.isReal() ? result : unary(FloatUnary.Function.TRUNCATE, result);
            case ADD, SUBTRACT, MULTIPLY, POWER -> wrapped(result, type);
            case MINIMUM, MAXIMUM, REMAINDER, MODULO, PARAMETRIC_RELU -> result;
        };
    }

    /** Numbers of a small integer type modulo 2^bits, in its range. */
    private String wrapped(String value, NumberType type) {
        if (!type.wrapsInFloat()) {
            return value;
        }
        String floats = typed(value, NumberType.FLOAT);
        float count = 1 << type.bits();
        float offset = type.isSigned() ? count / 2 : 0;
        String raised = offset == 0 ? floats : add(floats, scalar(offset));
        String remainder = binary(FloatBinary.Function.MODULO, raised, scalar(count));
        return typed(offset == 0 ? remainder : subtract(remainder, scalar(offset)), type);
    }

    /** Returns a value of another type, converted as a cast does: towards 0, and modulo 2^bits. */
    public String cast(String value, NumberType type) {
        if (isConstant(value) || type(value) == type) {
            return typed(value, type);
        }
        if (type == NumberType.BOOL) {
            String zero = unary(FloatUnary.Function.NOT, value);
            return typed(unary(FloatUnary.Function.NOT, zero), type);
        }
        boolean cut = type(value).isReal() && !type.isReal();
        String numbers = cut ? unary(FloatUnary.Function.TRUNCATE, value) : value;
        boolean fits = type(value) == NumberType.BOOL || (type(value).isByte() && type.bits() > 8);
        return typed(fits ? numbers : wrapped(numbers, type), type);
    }

    /** Returns the second value where the first is not 0, else the third; all are broadcast. */
    public String select(String condition, String left, String right) {
        int[] shape = ShapeInference.broadcast(shape(condition), ShapeInference.broadcast(shape(left), shape(right)));
        if (isConstant(condition) && isConstant(left) && isConstant(right)) {
            reserve(shape);
            return constant(ConstantMath.select(constantOf(condition), constantOf(left), constantOf(right), shape));
        }
        return emit(new Op.Select(), List.of(condition, left, right), shape, type(left));
    }

    /** Returns {@code left + right}. */
    public String add(String left, String right) {
        return binary(FloatBinary.Function.ADD, left, right);
    }

    /** Returns {@code left − right}. */
    public String subtract(String left, String right) {
        return binary(FloatBinary.Function.SUBTRACT, left, right);
    }

    /** Returns {@code left · right}. */
    public String multiply(String left, String right) {
        return binary(FloatBinary.Function.MULTIPLY, left, right);
    }

    /** Returns {@code left / right}. */
    public String divide(String left, String right) {
        return binary(FloatBinary.Function.DIVIDE, left, right);
    }

    /** Returns the nearest integers, ties to even, of numbers within ±2^22: beyond 2^23 a float has no fraction. */
    public String toIntegers(String value) {
        String magic = scalar(0x1.8p23f);
        return subtract(add(value, magic), magic);
    }

    /** Returns a value times a number. */
    public String scaled(String value, float factor) {
        return factor == 1 ? value : multiply(value, scalar(factor));
    }

    /**
     * Returns the convolution of [N, C, H, W] or [N, C, L].
     *
     * @param weights [O, C / groups, kernelHeight, kernelWidth], or without the height
     */
    public String convolution(String value, Window window, FloatTensor weights, FloatTensor bias) {
        FloatTensor filters =
                weights.rank() == 3 ? weights.reshaped(weights.size(0), weights.size(1), 1, weights.size(2)) : weights;
        return emit(
                new Op.Convolution(window, filters, bias, Clamp.NONE),
                value,
                ShapeInference.convolution(shape(value), window, filters));
    }

    /** Returns a fully connected layer of [N, C]; weights are [O, C]. */
    public String linear(String value, FloatTensor weights, FloatTensor bias) {
        int[] rows = shape(value);
        if (rows.length != 2 || weights.rank() != 2 || rows[1] != weights.size(1)) {
            throw new GraphException("its weights " + weights + " do not fit an input " + Arrays.toString(rows));
        }
        return emit(new Op.Linear(weights, bias, Clamp.NONE), value, new int[] {rows[0], weights.size(0)});
    }

    /** Returns the pooling of [N, C, H, W] or [N, C, L]. */
    public String pool(String value, Pooling.Kind kind, Window window, boolean countPadding, boolean roundUp) {
        return emit(new Op.Pool(kind, window, countPadding), value, ShapeInference.pool(shape(value), window, roundUp));
    }

    /** Returns the pooling over all positions of [N, C, H, W] or [N, C, L], to extents of 1. */
    public String globalPool(String value, Pooling.Kind kind) {
        int[] input = shape(value);
        if (input.length != 3 && input.length != 4) {
            throw new GraphException("its input " + Arrays.toString(input)
                    + " has no 1 or 2 spatial dimensions; others are not supported");
        }
        return emit(new Op.GlobalPool(kind), value, ShapeInference.reduced(input, List.of(2, input.length - 1), true));
    }

    /** Returns the product of two values; matrices are in the last two dimensions, and the others broadcast. */
    public String matMul(String left, String right) {
        int[] a = shape(left);
        int[] b = shape(right);
        if (a.length == 2 && b.length == 2 && !isConstant(left) && isConstant(right)) {
            FloatTensor weights = transposed(right);
            return linear(left, weights, FloatTensor.zeros(weights.size(0)));
        }
        if (a.length == 0 || b.length == 0) {
            throw new GraphException("its inputs include a scalar");
        }
        String rows = a.length == 1 ? reshape(left, 1, a[0]) : left;
        String columns = b.length == 1 ? reshape(right, b[0], 1) : right;
        int[] shape = ShapeInference.matMul(shape(rows), shape(columns));
        String product = emit(new Op.MatMul(), List.of(rows, columns), shape, type(left));
        int rank = shape.length;
        if (a.length == 1 && b.length == 1) {
            return reshape(product, Arrays.copyOf(shape, rank - 2));
        }
        if (a.length == 1) {
            int[] vector = Arrays.copyOf(shape, rank - 1);
            vector[rank - 2] = shape[rank - 1];
            return reshape(product, vector);
        }
        return b.length == 1 ? reshape(product, Arrays.copyOf(shape, rank - 1)) : product;
    }

    /** Returns a constant matrix with rows and columns exchanged, as weights. */
    private FloatTensor transposed(String matrix) {
        return weights(transpose(matrix, List.of(1, 0)));
    }

    /** Returns a constant of finite floats. */
    public abstract FloatTensor weights(String value);

    /** Returns the softmax along a dimension. */
    public String softmax(String value, int axis) {
        if (axis == 0) {
            dependsOnBatch();
        }
        return emit(new Op.Softmax(axis), value, shape(value));
    }

    /** States that results depend on the whole batch. */
    public abstract void dependsOnBatch();

    /** Returns a reduction over some dimensions, which stay as extents of 1 or go. */
    public String reduce(FloatReduction.Kind kind, String value, List<Integer> axes, boolean keep) {
        int[] shape = ShapeInference.reduced(shape(value), axes, keep);
        if (isConstant(value)) {
            return constant(ConstantMath.reduce(kind, constantOf(value), axes, shape));
        }
        if (axes.isEmpty()) {
            return value;
        }
        boolean many = (kind == FloatReduction.Kind.MEAN || kind == FloatReduction.Kind.SUM)
                && ShapeInference.elements(shape(value)) / ShapeInference.elements(shape) > MAX_SUMMED;
        if (many && axes.size() > 1) {
            List<Integer> others = axes.subList(0, axes.size() - 1);
            return reshape(
                    reduce(kind, reduce(kind, value, axes.subList(axes.size() - 1, axes.size()), true), others, true),
                    shape);
        }
        if (many) {
            int[] split = split(shape(value), axes.getFirst());
            if (split.length > 0) {
                int axis = axes.getFirst();
                String parts = reduce(kind, reshape(value, split), List.of(axis + 1), false);
                return reduce(kind, parts, axes, keep);
            }
        }
        return emit(new Op.Reduction(kind, axes), value, shape);
    }

    /** A shape with a dimension as two, the second about as large as its root; none if it is prime. */
    private static int[] split(int[] shape, int axis) {
        int part = (int) Math.sqrt(shape[axis]);
        while (part > 1 && shape[axis] % part != 0) {
            part--;
        }
        if (part <= 1) {
            return new int[0];
        }
        int[] split = ShapeInference.inserted(shape, axis);
        split[axis] = shape[axis] / part;
        split[axis + 1] = part;
        return split;
    }

    /**
     * Returns a value resampled along a dimension by a matrix.
     *
     * @param matrix [extent of the result, extent of the value]
     */
    public String resample(String value, int dimension, float[] matrix) {
        int[] shape = shape(value);
        int rows = matrix.length / shape[dimension];
        int[] sources = sources(matrix, shape[dimension]);
        int count = sources.length;
        int repeat = count % shape[dimension] == 0 ? count / shape[dimension] : 0;
        int step = count > 1 ? sources[1] - sources[0] : 1;
        if (repeat > 1 && IntStream.range(0, count).allMatch(o -> sources[o] == o / repeat)) {
            return repeatElements(value, dimension, repeat);
        }
        if (count > 0 && step > 0 && IntStream.range(0, count).allMatch(o -> sources[o] == sources[0] + o * step)) {
            return slice(value, new Box(shape).side(dimension, sources[0], step, count));
        }
        return multiplied(value, dimension, FloatTensor.of(new int[] {rows, shape[dimension], 1, 1}, matrix));
    }

    /** For each row the only column that counts; empty if some row has several. */
    private static int[] sources(float[] matrix, int columns) {
        int[] sources = new int[matrix.length / columns];
        for (int o = 0; o < sources.length; o++) {
            int source = -1;
            for (int i = 0; i < columns; i++) {
                if (matrix[o * columns + i] == 1) {
                    source = i;
                } else if (matrix[o * columns + i] != 0) {
                    return new int[0];
                }
            }
            sources[o] = source;
        }
        return sources;
    }

    /** A product with a matrix along a dimension: a convolution of one tap that has that dimension as its channels. */
    private String multiplied(String value, int dimension, FloatTensor weights) {
        int[] shape = shape(value);
        List<Integer> order = new ArrayList<>(IntStream.range(0, shape.length)
                .filter(d -> d != dimension)
                .boxed()
                .toList());
        order.add(Math.min(1, order.size()), dimension);
        int[] resized = shape.clone();
        resized[dimension] = weights.size(0);
        int[] product = ShapeInference.transposed(resized, order);
        int[] map = {shape[0], shape[dimension], 1, 1};
        for (int d = 2; d < shape.length; d++) {
            map[d == 2 ? 2 : 3] *= product[d];
        }
        String channels = reshape(transpose(value, order), map);
        String output = convolution(
                channels, Window.of(ConvolutionShape.of(1, 1)), weights, FloatTensor.zeros(weights.size(0)));
        List<Integer> back =
                IntStream.range(0, shape.length).mapToObj(order::indexOf).toList();
        return transpose(reshape(output, product), back);
    }
}

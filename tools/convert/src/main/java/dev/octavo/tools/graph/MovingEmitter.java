package dev.octavo.tools.graph;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Emits operators that only move elements of values; those of constants are moved at once. How a node enters the graph is
 * the builder's.
 */
public abstract class MovingEmitter {
    /** More copies than this are no part of a network that computes. */
    private static final int MAX_COPIES = 1024;

    /** Gathering more pieces than this is a table look-up, not a rearrangement of channels. */
    private static final int MAX_GATHERED = 64;

    MovingEmitter() {}

    /**
     * Adds a node, and returns the name of its result.
     *
     * @param reads names of values, in the order that the operator states
     * @param shape of the result
     * @param type of the numbers that the result holds
     */
    public abstract String emit(Op op, List<String> reads, int[] shape, NumberType type);

    /** Returns an anonymous constant. */
    public abstract String constant(Constant tensor);

    /** Tells whether a value is known at import. */
    public abstract boolean isConstant(String value);

    /**
     * Returns the elements of a constant.
     *
     * @throws GraphException if the network computes it
     */
    public abstract Constant constantOf(String value);

    /** Returns the extents of a value, for batch 1. */
    public abstract int[] shape(String value);

    /** Returns which numbers a value holds. */
    public abstract NumberType type(String value);

    /** Returns a value that holds the same numbers under another type. */
    public abstract String typed(String value, NumberType type);

    /** Returns what the numbers of a constant are multiples of, if that is known. */
    public abstract Optional<Steps> steps(String value);

    /** States what the numbers of a constant are multiples of; returns the constant. */
    public abstract String inSteps(String constant, Steps known);

    /** Refuses a constant of a shape before it takes memory, if all that import computes would exceed its bounds. */
    public abstract void reserve(int[] shape);

    final String emit(Op op, String read, int[] shape) {
        return emit(op, List.of(read), shape, type(read));
    }

    /** Returns a number as a value of one element without dimensions. */
    public String scalar(float value) {
        return constant(Constant.scalar(value));
    }

    /** Returns the number of dimensions of a value. */
    public int rank(String value) {
        return shape(value).length;
    }

    /** Returns the same elements, in the order of the dimensions, in another shape. */
    public String reshape(String value, int... shape) {
        if (Arrays.equals(shape, shape(value))) {
            return value;
        }
        if (ShapeInference.elements(shape) != ShapeInference.elements(shape(value))) {
            throw new GraphException(
                    "its shape " + Arrays.toString(shape) + " does not fit " + Arrays.toString(shape(value)));
        }
        return isConstant(value) ? constant(constantOf(value).reshaped(shape)) : emit(new Op.Reshape(), value, shape);
    }

    /** Returns a value whose dimension {@code d} is dimension {@code order[d]} of the operand. */
    public String transpose(String value, List<Integer> order) {
        int[] shape = ShapeInference.transposed(shape(value), order);
        if (IntStream.range(0, shape.length).allMatch(d -> order.get(d) == d)) {
            return value;
        }
        if (!isConstant(value)) {
            return emit(new Op.Transpose(List.copyOf(order)), value, shape);
        }
        String transposed = constant(ConstantMath.transpose(constantOf(value), order));
        return steps(value)
                .map(steps -> inSteps(
                        transposed, steps.common() ? steps : new Steps(steps.scales(), order.indexOf(steps.axis()))))
                .orElse(transposed);
    }

    /** Returns the box of a value. */
    public String slice(String value, Box box) {
        if (box.isWhole(shape(value))) {
            return value;
        }
        return isConstant(value)
                ? constant(ConstantMath.slice(constantOf(value), box.shape(), box.starts(), box.steps()))
                : emit(new Op.Slice(box.starts(), box.steps()), value, box.shape());
    }

    /** Returns {@code size} elements of a value along a dimension, from {@code start} on. */
    public String part(String value, int axis, int start, int size) {
        return slice(value, new Box(shape(value)).side(axis, start, 1, size));
    }

    /** Returns values one after the other along a dimension; those without elements are left out. */
    public String concat(int axis, List<String> values) {
        List<String> parts = values.stream()
                .filter(value -> ShapeInference.elements(shape(value)) > 0)
                .toList();
        if (parts.isEmpty()) {
            throw new GraphException("it concatenates no elements");
        }
        int[] shape =
                ShapeInference.concatenated(parts.stream().map(this::shape).toList(), axis);
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        if (parts.stream().allMatch(this::isConstant)) {
            reserve(shape);
            return constant(
                    ConstantMath.concat(parts.stream().map(this::constantOf).toList(), axis));
        }
        return emit(new Op.Concat(axis), parts, shape, type(parts.getFirst()));
    }

    /** Returns a value surrounded by a number; one entry per dimension, none negative. */
    public String pad(String value, List<Integer> before, List<Integer> after, float number) {
        if (before.stream().allMatch(n -> n == 0) && after.stream().allMatch(n -> n == 0)) {
            return value;
        }
        int[] shape = ShapeInference.padded(shape(value), before, after);
        return emit(new Op.Pad(List.copyOf(before), List.copyOf(after), number), value, shape);
    }

    /** Returns a value repeated as a whole along each dimension, to a shape of multiples of its extents. */
    public String tile(String value, int... shape) {
        if (isConstant(value)) {
            reserve(shape);
            return constant(ConstantMath.tile(constantOf(value), shape));
        }
        String repeated = value;
        int[] input = shape(value);
        for (int d = 0; d < shape.length; d++) {
            if (shape[d] != input[d]) {
                repeated = concat(d, copies(repeated, shape[d] / input[d]));
            }
        }
        return repeated;
    }

    /** Returns a value repeated to a larger shape, by the rules of broadcasting. */
    public String expand(String value, int... target) {
        int[] input = shape(value);
        int[] shape = ShapeInference.broadcast(input, target);
        if (isConstant(value)) {
            reserve(shape);
            return constant(ConstantMath.expand(constantOf(value), shape));
        }
        int[] aligned = new int[shape.length];
        Arrays.fill(aligned, 1);
        System.arraycopy(input, 0, aligned, shape.length - input.length, input.length);
        return tile(reshape(value, aligned), shape);
    }

    /** Returns a value with every element along a dimension {@code count} times, before the next one. */
    public String repeatElements(String value, int dimension, int count) {
        int[] input = shape(value);
        int[] apart = new int[input.length + 1];
        System.arraycopy(input, 0, apart, 0, dimension + 1);
        apart[dimension + 1] = 1;
        System.arraycopy(input, dimension + 1, apart, dimension + 2, input.length - dimension - 1);
        int[] shape = input.clone();
        shape[dimension] = Math.multiplyExact(input[dimension], count);
        return reshape(concat(dimension + 1, copies(reshape(value, apart), count)), shape);
    }

    private static List<String> copies(String value, int count) {
        if (count < 1 || count > MAX_COPIES) {
            throw new GraphException(
                    "it repeats a computed value " + count + " times; 1 to " + MAX_COPIES + " are supported");
        }
        return Collections.nCopies(count, value);
    }

    /** Returns the elements of a value at known indices of a dimension, in place of which come those of the indices. */
    public String gather(String value, Constant.Integers indices, int axis) {
        int[] input = shape(value);
        if (isConstant(value)) {
            long size = (long) ShapeInference.elements(input) / Math.max(1, input[axis]) * indices.elements();
            reserve(new int[] {Math.toIntExact(size)});
            return constant(ConstantMath.gather(constantOf(value), indices, axis));
        }
        int count = indices.elements();
        int[] rows = new int[count];
        for (int i = 0; i < count; i++) {
            rows[i] = ShapeInference.index(indices.values()[i], input[axis]);
        }
        int step = count > 1 ? rows[1] - rows[0] : 1;
        int[] shape = new int[input.length - 1 + indices.shape().length];
        System.arraycopy(input, 0, shape, 0, axis);
        System.arraycopy(indices.shape(), 0, shape, axis, indices.shape().length);
        System.arraycopy(input, axis + 1, shape, axis + indices.shape().length, input.length - axis - 1);
        if (count > 0 && step != 0 && IntStream.range(0, count).allMatch(i -> rows[i] == rows[0] + i * step)) {
            return reshape(slice(value, new Box(input).side(axis, rows[0], step, count)), shape);
        }
        if (count > MAX_GATHERED) {
            String positions = constant(ConstantMath.cast(indices, NumberType.FLOAT));
            return emit(new Op.Gather(axis, false), List.of(value, positions), shape, type(value));
        }
        List<String> pieces =
                Arrays.stream(rows).mapToObj(row -> part(value, axis, row, 1)).toList();
        return reshape(concat(axis, pieces), shape);
    }
}

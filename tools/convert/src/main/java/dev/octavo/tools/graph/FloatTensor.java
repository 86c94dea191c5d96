package dev.octavo.tools.graph;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** A constant: floats in the order of the dimensions. Immutable. */
public final class FloatTensor {
    private final int[] shape;
    private final float[] values;
    private final @Nullable Steps steps;

    private FloatTensor(int[] shape, float[] values, @Nullable Steps steps) {
        long elements = 1;
        for (int size : shape) {
            elements = Math.multiplyExact(elements, size);
        }
        if (elements != values.length) {
            throw new IllegalArgumentException(
                    values.length + " values do not fill the shape " + Arrays.toString(shape));
        }
        this.shape = shape;
        this.values = values;
        this.steps = steps;
    }

    /** Copies the arguments. */
    public static FloatTensor of(int[] shape, float[] values) {
        return new FloatTensor(shape.clone(), values.clone(), null);
    }

    /** A vector. */
    public static FloatTensor vector(float... values) {
        return new FloatTensor(new int[] {values.length}, values.clone(), null);
    }

    /** Zeros. */
    public static FloatTensor zeros(int... shape) {
        return new FloatTensor(
                shape.clone(),
                new float[Math.toIntExact(Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact))],
                null);
    }

    /** All extents. */
    public int[] shape() {
        return shape.clone();
    }

    /** Extent of a dimension. */
    public int size(int dimension) {
        return shape[dimension];
    }

    /** Number of dimensions. */
    public int rank() {
        return shape.length;
    }

    /** Number of values. */
    public int elements() {
        return values.length;
    }

    /** The value at a position in the order of the dimensions. */
    public float at(int index) {
        return values[index];
    }

    /** All values, copied. */
    public float[] values() {
        return values.clone();
    }

    /** Returns these values in another shape. Steps along a dimension other than the first, or one whose extent changes, are lost. */
    public FloatTensor reshaped(int... newShape) {
        boolean kept = steps != null
                && (steps.common() || (steps.axis() == 0 && newShape.length > 0 && newShape[0] == shape[0]));
        return new FloatTensor(newShape.clone(), values, kept ? steps : null);
    }

    /** Returns these values, known to be multiples of steps. */
    public FloatTensor inSteps(Steps newSteps) {
        return new FloatTensor(shape, values, newSteps);
    }

    /** What the values are multiples of, if they were quantized elsewhere and nothing has changed them since. */
    public Optional<Steps> steps() {
        return Optional.ofNullable(steps);
    }

    /** A function of each value. */
    public FloatTensor map(DoubleUnaryOperator function) {
        float[] mapped = new float[values.length];
        for (int i = 0; i < mapped.length; i++) {
            mapped[i] = (float) function.applyAsDouble(values[i]);
        }
        return new FloatTensor(shape, mapped, null);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FloatTensor tensor
                && Arrays.equals(shape, tensor.shape)
                && Arrays.equals(values, tensor.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(shape) * 31 + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "float" + Arrays.toString(shape);
    }
}

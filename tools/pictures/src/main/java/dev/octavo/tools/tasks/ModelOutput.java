package dev.octavo.tools.tasks;

import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.TensorSpec;
import java.util.Arrays;

/** One output of a run as real numbers, in the order of the dimensions. */
public final class ModelOutput {
    private final String name;
    private final int[] shape;
    private final float[] values;

    private ModelOutput(String name, int[] shape, float[] values) {
        this.name = name;
        this.shape = shape;
        this.values = values;
    }

    /**
     * Creates an output of numbers.
     *
     * @param values not copied
     * @throws IllegalArgumentException if there are not as many as the shape has elements
     */
    public static ModelOutput of(String name, float[] values, int... shape) {
        if (Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact) != values.length) {
            throw new IllegalArgumentException(
                    values.length + " values do not make an output " + name + Arrays.toString(shape));
        }
        return new ModelOutput(name, shape.clone(), values);
    }

    /** Copies what a run computed; quantized elements are multiplied by the scale. */
    public static ModelOutput of(TensorSpec spec, Tensor tensor) {
        float[] values = tensor.toFloatArray();
        if (spec.scale() != 1) {
            for (int i = 0; i < values.length; i++) {
                values[i] *= spec.scale();
            }
        }
        return new ModelOutput(spec.name(), tensor.shape(), values);
    }

    /** Returns the name that the network gives it. */
    public String name() {
        return name;
    }

    /** Returns the number of dimensions. */
    public int rank() {
        return shape.length;
    }

    /** Returns an extent; those from the end have negative numbers, −1 the last. */
    public int size(int dimension) {
        return shape[dimension < 0 ? shape.length + dimension : dimension];
    }

    /** Returns all extents. */
    public int[] shape() {
        return shape.clone();
    }

    /** Returns the number of elements. */
    public int elements() {
        return values.length;
    }

    /** Returns one element by its place in the order of the dimensions. */
    public float get(int index) {
        return values[index];
    }

    /** Returns a copy of all elements. */
    public float[] toArray() {
        return values.clone();
    }

    /** Returns the smallest element. */
    float least() {
        float least = Float.POSITIVE_INFINITY;
        for (float value : values) {
            least = Math.min(least, value);
        }
        return least;
    }

    /** Returns the greatest element. */
    float greatest() {
        float greatest = Float.NEGATIVE_INFINITY;
        for (float value : values) {
            greatest = Math.max(greatest, value);
        }
        return greatest;
    }

    @Override
    public String toString() {
        return name + Arrays.toString(shape);
    }
}

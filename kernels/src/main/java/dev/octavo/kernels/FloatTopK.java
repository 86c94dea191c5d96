package dev.octavo.kernels;

/**
 * The greatest or least elements along one dimension, in order; of equal ones the first comes first. No number comes last.
 *
 * @param input float, with at most 2^24 elements along the axis
 * @param output float: the elements, or their indices; as many along the axis as are wanted
 * @param axis the dimension, from 0
 * @param least whether the least elements are meant instead of the greatest
 * @param indices whether the output gets indices instead of elements
 */
public record FloatTopK(TensorView input, TensorView output, int axis, boolean least, boolean indices)
        implements KernelSpec {
    /** Checks that everything fits together. */
    public FloatTopK {
        Checks.type(input, ElementType.FLOAT32);
        Checks.type(output, ElementType.FLOAT32);
        Checks.output(output);
        Checks.alongAxis(input, output, axis);
        Checks.require(
                output.size(axis) <= input.size(axis) && input.size(axis) <= 1 << 24,
                "%s has not as many elements as %s",
                input,
                output);
    }
}

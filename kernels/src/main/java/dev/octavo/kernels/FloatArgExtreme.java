package dev.octavo.kernels;

/**
 * The index of the greatest or least element along one dimension, as a float. No number is neither.
 *
 * @param input float, with at most 2^24 elements along the axis
 * @param output float, of the same rank, with extent 1 along the axis
 * @param axis the dimension, from 0
 * @param least whether the least element is meant instead of the greatest
 * @param last which of several such elements is meant: the last instead of the first
 */
public record FloatArgExtreme(TensorView input, TensorView output, int axis, boolean least, boolean last)
        implements KernelSpec {
    /** Checks that everything fits together. */
    public FloatArgExtreme {
        Checks.type(input, ElementType.FLOAT32);
        Checks.type(output, ElementType.FLOAT32);
        Checks.output(output);
        Checks.alongAxis(input, output, axis);
        Checks.require(output.size(axis) == 1 && input.size(axis) <= 1 << 24, "%s has no index in %s", input, output);
    }
}

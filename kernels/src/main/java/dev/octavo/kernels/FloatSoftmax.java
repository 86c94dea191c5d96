package dev.octavo.kernels;

/**
 * {@code e^(x − max) / Σ e^(x − max)} along one dimension; within 2e-6 of the exact quotient, and the same in every tier.
 *
 * @param input float
 * @param output float, of the same shape
 * @param axis the dimension, from 0
 */
public record FloatSoftmax(TensorView input, TensorView output, int axis) implements KernelSpec {
    /** Checks that everything fits together. */
    public FloatSoftmax {
        Checks.type(input, ElementType.FLOAT32);
        Checks.type(output, ElementType.FLOAT32);
        Checks.sameShape(input, output);
        Checks.output(output);
        Checks.require(axis >= 0 && axis < input.rank(), "axis %s of %s", axis, input);
    }
}

package dev.octavo.kernels;

/**
 * {@code e^(x − max) / Σ e^(x − max)} along one dimension. The maximum is taken as {@code x > max ? x : max} from −∞, the powers by
 * the steps of {@link #power}, and their sum from 0 in the order of the elements, all in single precision: the relative error of n
 * elements is below n · 2^−24 + 2^−21.
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

    /** Returns the steps from an element and the maximum to the power. */
    public static FloatProgram power() {
        return FloatProgram.of(
                2, Elementary.exponential(FloatExpression.input(0).minus(FloatExpression.input(1))));
    }
}

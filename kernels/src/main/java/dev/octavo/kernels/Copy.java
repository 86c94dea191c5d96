package dev.octavo.kernels;

/**
 * {@code output = input}: transposes, slices and the parts of a concatenation.
 *
 * @param input of any type and strides
 * @param output of the same type and shape
 */
public record Copy(TensorView input, TensorView output) implements KernelSpec {
    /** Checks that everything fits together. */
    public Copy {
        Checks.require(input.type() == output.type(), "%s and %s must have the same type", input, output);
        Checks.sameShape(input, output);
        Checks.output(output);
    }
}

package dev.octavo.kernels;

/**
 * {@code condition != 0 ? left : right}.
 *
 * @param condition float, broadcast to the output's shape
 * @param left float, broadcast to the output's shape
 * @param right float, broadcast to the output's shape
 * @param output float
 */
public record FloatSelect(TensorView condition, TensorView left, TensorView right, TensorView output)
        implements KernelSpec {
    /** Checks that everything fits together. */
    public FloatSelect {
        for (TensorView input : new TensorView[] {condition, left, right}) {
            Checks.type(input, ElementType.FLOAT32);
            Checks.sameShape(input, output);
        }
        Checks.type(output, ElementType.FLOAT32);
        Checks.output(output);
    }
}

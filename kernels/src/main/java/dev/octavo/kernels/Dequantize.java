package dev.octavo.kernels;

/**
 * {@code (float) q · scale}.
 *
 * @param input int8 or uint8
 * @param output float, of the same shape
 */
public record Dequantize(TensorView input, TensorView output, float scale) implements KernelSpec {
    /** Checks that everything fits together. */
    public Dequantize {
        Checks.quantized(input);
        Checks.type(output, ElementType.FLOAT32);
        Checks.sameShape(input, output);
        Checks.output(output);
    }
}

package dev.octavo.kernels;

/**
 * {@code (float) (q − zero) · scale}.
 *
 * @param input int8 or uint8
 * @param zero the input's code of 0, in [0, 255]; 0 for int8
 * @param output float, of the same shape
 */
public record Dequantize(TensorView input, int zero, TensorView output, float scale) implements KernelSpec {
    /** Checks that everything fits together. */
    public Dequantize {
        Checks.quantized(input);
        Checks.zero(input, zero);
        Checks.type(output, ElementType.FLOAT32);
        Checks.sameShape(input, output);
        Checks.output(output);
    }
}

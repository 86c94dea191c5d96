package dev.octavo.kernels;

/**
 * {@code clamp(rne(left · right · multiplier), low, high)}: gates of squeeze-and-excitation blocks, for example.
 *
 * @param left int8 or uint8, broadcast to the output's shape
 * @param right int8 or uint8, broadcast to the output's shape
 * @param output int8 or uint8
 */
public record QuantizedMultiply(
        TensorView left, TensorView right, FixedPointMultiplier multiplier, TensorView output, int low, int high)
        implements KernelSpec {
    /** Checks that everything fits together. */
    public QuantizedMultiply {
        Checks.quantized(left);
        Checks.quantized(right);
        Checks.sameShape(left, output);
        Checks.sameShape(right, output);
        Checks.output(output);
        Checks.bounds(output.type(), low, high);
    }
}

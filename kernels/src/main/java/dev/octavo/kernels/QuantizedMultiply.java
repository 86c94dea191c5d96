package dev.octavo.kernels;

/**
 * {@code clamp(rne(((left − leftZero) · (right − rightZero) + bias) · multiplier), low, high)}: gates of
 * squeeze-and-excitation blocks, for example.
 *
 * @param left int8 or uint8, broadcast to the output's shape
 * @param leftZero the left operand's code of 0, in [0, 255]; 0 for int8
 * @param right int8 or uint8, broadcast to the output's shape
 * @param rightZero the right operand's code of 0, in [0, 255]; 0 for int8
 * @param bias at the scale of the product, of magnitude at most 2^23, by which the output gets its code of 0
 * @param output int8 or uint8
 */
public record QuantizedMultiply(
        TensorView left,
        int leftZero,
        TensorView right,
        int rightZero,
        int bias,
        FixedPointMultiplier multiplier,
        TensorView output,
        int low,
        int high)
        implements KernelSpec {
    /** Checks that everything fits together. */
    public QuantizedMultiply {
        Checks.quantized(left);
        Checks.quantized(right);
        Checks.zero(left, leftZero);
        Checks.zero(right, rightZero);
        Checks.require(Math.abs((long) bias) <= 1 << 23, "bias %s of a product exceeds 2^23", bias);
        Checks.sameShape(left, output);
        Checks.sameShape(right, output);
        Checks.output(output);
        Checks.bounds(output.type(), low, high);
    }
}

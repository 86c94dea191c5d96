package dev.octavo.kernels;

/**
 * {@code clamp(rne(fma(left, leftMultiplier, fma(right, rightMultiplier, offset))), low, high)} in single precision: the
 * product of the right operand plus the offset is rounded to a float, so is the fused sum, and that to an integer, ties to
 * even. With offset 0 it is what ONNX Runtime computes of two tensors with zero point 0.
 *
 * @param left int8 or uint8, broadcast to the output's shape
 * @param leftMultiplier scale of left over scale of output, below 64
 * @param right int8 or uint8, broadcast to the output's shape
 * @param rightMultiplier scale of right over scale of output, below 64
 * @param offset in units of the output, finite, of magnitude below 2^20: the code of 0 of the output less what the codes of
 *     0 of the operands contribute
 * @param output int8 or uint8; may be the memory of an input of the same type and strides
 */
public record QuantizedAdd(
        TensorView left,
        FixedPointMultiplier leftMultiplier,
        TensorView right,
        FixedPointMultiplier rightMultiplier,
        float offset,
        TensorView output,
        int low,
        int high)
        implements KernelSpec {
    /** Checks that everything fits together. */
    public QuantizedAdd {
        Checks.quantized(left);
        Checks.quantized(right);
        Checks.sameShape(left, output);
        Checks.sameShape(right, output);
        Checks.output(output);
        Checks.bounds(output.type(), low, high);
        Checks.require(Math.abs(offset) < 0x1p20f, "offset %s of a sum is not below 2^20", offset);
        Checks.require(
                leftMultiplier.value() < 64 && rightMultiplier.value() < 64, "multipliers of a sum must be below 64");
    }
}

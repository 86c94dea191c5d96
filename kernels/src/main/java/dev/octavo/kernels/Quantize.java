package dev.octavo.kernels;

/**
 * {@code clamp(rne((x − shift) / scale) + zeroPoint, low, high)}, difference and quotient each rounded to single precision, as
 * ONNX defines QuantizeLinear; NaN gives what 0 gives.
 *
 * <p>A float tensor of scale S takes shift 0. A picture that was normalised to (p − mean) / std is taken back to its 8-bit codes
 * with shift −mean / std and scale 1 / std of each channel.
 *
 * @param input float
 * @param output int8 or uint8, of the same shape
 * @param scales positive and finite; one, or one per channel (dimension 1)
 * @param shifts as many
 * @param zeroPoint the code of the shift, in [−128, 255]
 */
public record Quantize(
        TensorView input, TensorView output, float[] scales, float[] shifts, int zeroPoint, int low, int high)
        implements KernelSpec {
    /** Checks that everything fits together. */
    public Quantize {
        scales = scales.clone();
        shifts = shifts.clone();
        Checks.type(input, ElementType.FLOAT32);
        Checks.sameShape(input, output);
        Checks.output(output);
        Checks.bounds(output.type(), low, high);
        Checks.require(zeroPoint >= -128 && zeroPoint <= 255, "zero point %s", zeroPoint);
        Checks.require(
                scales.length == shifts.length
                        && (scales.length == 1 || (input.rank() > 1 && scales.length == input.size(1))),
                "%s scales and %s shifts for %s",
                scales.length,
                shifts.length,
                input);
        for (float scale : scales) {
            Checks.require(scale > 0 && Float.isFinite(scale), "scale %s is not positive and finite", scale);
        }
    }

    @Override
    public float[] scales() {
        return scales.clone();
    }

    @Override
    public float[] shifts() {
        return shifts.clone();
    }
}

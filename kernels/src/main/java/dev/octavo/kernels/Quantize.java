package dev.octavo.kernels;

/**
 * {@code clamp(rne(fma(x, multiplier, offset)), low, high)} with the fused product in single precision; NaN gives 0.
 *
 * <p>A float tensor of scale S takes multiplier 1/S and offset 0. A normalised picture is taken back to its 8-bit codes
 * with multiplier std and offset mean of each channel.
 *
 * @param input float
 * @param output int8 or uint8, of the same shape
 * @param multipliers one, or one per channel (dimension 1)
 * @param offsets as many
 */
public record Quantize(TensorView input, TensorView output, float[] multipliers, float[] offsets, int low, int high)
        implements KernelSpec {
    /** Checks that everything fits together. */
    public Quantize {
        multipliers = multipliers.clone();
        offsets = offsets.clone();
        Checks.type(input, ElementType.FLOAT32);
        Checks.sameShape(input, output);
        Checks.output(output);
        Checks.bounds(output.type(), low, high);
        Checks.require(
                multipliers.length == offsets.length
                        && (multipliers.length == 1 || (input.rank() > 1 && multipliers.length == input.size(1))),
                "%s multipliers and %s offsets for %s",
                multipliers.length,
                offsets.length,
                input);
    }

    @Override
    public float[] multipliers() {
        return multipliers.clone();
    }

    @Override
    public float[] offsets() {
        return offsets.clone();
    }
}

package dev.octavo.kernels;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Turns int32 accumulators into bytes through a function of one real number, such as SiLU, with nothing rounded in between.
 *
 * <pre>
 * u = fma((float) acc, steps, origin)
 * y = fma(curve(u), gated ? (float) acc · scales : scales, offset)
 * y = fma((float) residual, residualMultiplier, y)      where there is a residual
 * q = rne(min(max(y, low), high))
 * </pre>
 *
 * in single precision, each operation rounded once; ties of the last step to even. SiLU, GELU, Mish and HardSwish are gated: the
 * argument times a curve between 0 and 1, whose relative error is as small for channels of small numbers. Sigmoid and tanh are
 * curves themselves.
 *
 * @param function what is computed, for those who write the model in another form
 * @param curve approximates the function, or what the argument is multiplied by
 * @param gated whether the argument is multiplied by the curve
 * @param steps segments of the curve per unit of the accumulator: one, or one per output channel; positive and at most 2^60
 * @param origin where on the curve the accumulator 0 is
 * @param scales as many: steps of the output per unit of the accumulator if gated, else per unit of the curve; positive and at
 *     most 2^60
 * @param offset in units of the output, of magnitude below 2^20: its code of 0, less what the residual's code of 0 contributes
 * @param low least result
 * @param high greatest result
 */
public record Activation(
        Function function,
        PiecewisePolynomial curve,
        boolean gated,
        float[] steps,
        float origin,
        float[] scales,
        float offset,
        int low,
        int high)
        implements Epilogue {
    private static final float MOST = 0x1p60f;

    /**
     * A function of {@link FloatUnary} with its parameters.
     *
     * @param alpha first parameter of the function
     * @param beta second parameter of the function
     * @param width of a segment of the curve, in units of the argument; positive and finite
     */
    public record Function(FloatUnary.Function name, float alpha, float beta, float width) {
        /** Checks the width. */
        public Function {
            Checks.require(width > 0 && width <= MOST, "a segment of width %s", width);
        }
    }

    /** Checks the ranges and copies the arrays. */
    public Activation {
        steps = steps.clone();
        scales = scales.clone();
        Checks.require(
                steps.length > 0 && steps.length == scales.length,
                "%s steps and %s scales of an activation",
                steps.length,
                scales.length);
        for (int i = 0; i < steps.length; i++) {
            Checks.require(
                    steps[i] > 0 && steps[i] <= MOST && scales[i] > 0 && scales[i] <= MOST,
                    "steps %s or scale %s of an activation are outside (0, 2^60]",
                    steps[i],
                    scales[i]);
        }
        Checks.require(Math.abs(origin) <= MOST, "origin %s of an activation", origin);
        Checks.require(Math.abs(offset) < 0x1p20f, "offset %s of an activation is not below 2^20", offset);
        Checks.require(low <= high, "low %s exceeds high %s", low, high);
    }

    @Override
    public int scaleCount() {
        return steps.length;
    }

    /** {@inheritDoc} The result is a place on the curve, less the origin. */
    @Override
    public float scale(int channel) {
        return steps.length == 1 ? steps[0] : steps[channel];
    }

    /** Returns the real value of one unit of the accumulator of a channel. */
    public float accumulatorScale(int channel) {
        return scale(channel) * function.width();
    }

    /** Returns {@link #scales} of a channel. */
    public float outputScale(int channel) {
        return scales.length == 1 ? scales[0] : scales[channel];
    }

    /**
     * Returns the code for an accumulator of a channel.
     *
     * @param multiplier of the residual, or null if there is none
     */
    public int apply(int accumulator, int channel, int residual, @Nullable FixedPointMultiplier multiplier) {
        float sum = accumulator;
        float value = curve.apply(Math.fma(sum, scale(channel), origin));
        float y = Math.fma(value, gated ? sum * outputScale(channel) : outputScale(channel), offset);
        if (multiplier != null) {
            y = Math.fma(residual, multiplier.value(), y);
        }
        return (int) Math.rint(Math.min(Math.max(y, low), high));
    }

    @Override
    public void check(TensorView output, boolean residual) {
        Checks.require(
                steps.length == 1 || steps.length == output.channels(),
                "%s steps of an activation for %s channels",
                steps.length,
                output.channels());
        Checks.bounds(output.type(), low, high);
    }

    @Override
    public float[] steps() {
        return steps.clone();
    }

    @Override
    public float[] scales() {
        return scales.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Activation activation
                && function.equals(activation.function)
                && curve.equals(activation.curve)
                && gated == activation.gated
                && Arrays.equals(steps, activation.steps)
                && Float.compare(origin, activation.origin) == 0
                && Arrays.equals(scales, activation.scales)
                && Float.compare(offset, activation.offset) == 0
                && low == activation.low
                && high == activation.high;
    }

    @Override
    public int hashCode() {
        return 31 * curve.hashCode() + Arrays.hashCode(steps);
    }
}

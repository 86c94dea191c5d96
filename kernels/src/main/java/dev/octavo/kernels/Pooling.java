package dev.octavo.kernels;

/**
 * The maximum or the average over a window of each channel of a feature map. Global pooling is a window as large as the
 * input.
 *
 * <p>Taps outside of the input are left out. A maximum over no tap is the least value of the type (−128, 0 or −∞), an
 * average over no tap is 0. The average divides by the number of taps inside the input or, with {@code countPadding}, by
 * the number inside the padded input.
 *
 * <p>Bytes: the int32 sum is requantized in single precision, {@code clamp(rne((float) (sum + offset) · (float) (ratio /
 * count)))}, within [−128, 127] or [0, 255]; the product is rounded once, to an integer.
 * Floats: the taps are summed in row order from 0 in single precision, then divided once by the count.
 *
 * @param input [N, C, H, W], without padding
 * @param output [N, C, H', W'] of the input's type for a maximum; of either quantized type, or float, for an average of the like
 * @param window its groups are 1
 * @param offset added to sums of bytes, of magnitude at most 2^30; 0 where windows have different counts
 * @param ratio for averages of bytes: scale of the input over scale of the output, in [2^−16, 2^16]; 0 otherwise
 */
public record Pooling(
        Kind kind,
        TensorView input,
        TensorView output,
        ConvolutionShape window,
        int padTop,
        int padLeft,
        int padBottom,
        int padRight,
        boolean countPadding,
        int offset,
        double ratio)
        implements KernelSpec {
    private static final double LEAST_RATIO = 0x1p-16;

    /** Of bytes, so that an offset of as much leaves it within 32 bits. */
    private static final int MOST_SUM = 1 << 30;

    /** What is taken over a window. */
    public enum Kind {
        /** The greatest value. */
        MAX,
        /** The mean. */
        AVERAGE
    }

    /** Checks that everything fits together. */
    public Pooling {
        Checks.require(input.isFeatureMap() && output.isFeatureMap(), "%s and %s must be feature maps", input, output);
        Checks.output(output);
        Checks.require(
                input.batch() == output.batch() && input.channels() == output.channels(),
                "%s and %s must have the same batch and channels",
                input,
                output);
        Checks.require(padTop >= 0 && padLeft >= 0 && padBottom >= 0 && padRight >= 0, "padding cannot be negative");
        Checks.window(input.height() + padTop + padBottom, input.width() + padLeft + padRight, output, window);
        boolean quantizedAverage = kind == Kind.AVERAGE && input.type().quantized();
        Checks.require(
                quantizedAverage ? output.type().quantized() : input.type() == output.type(),
                "%s cannot be pooled to %s",
                input.type(),
                output.type());
        Checks.require(
                offset == 0 || (quantizedAverage && (padTop | padLeft | padBottom | padRight) == 0),
                "an offset is for averages of bytes without padding");
        Checks.require(Math.abs((long) offset) <= MOST_SUM, "offset %s of an average exceeds 2^30", offset);
        Checks.require(
                quantizedAverage ? ratio >= LEAST_RATIO && ratio <= 1 / LEAST_RATIO : ratio == 0,
                "a ratio of scales of %s for a pooling of %s",
                ratio,
                input.type());
        long inside =
                (long) Math.min(window.kernelHeight(), input.height()) * Math.min(window.kernelWidth(), input.width());
        Checks.require(
                !quantizedAverage || inside <= MOST_SUM / 255,
                "the sum of %s bytes may exceed 31 bits; at most %s can be averaged",
                inside,
                MOST_SUM / 255);
    }

    /**
     * Returns what the sum of a window is multiplied by, for averages of bytes.
     *
     * @param count of the taps that the average divides by, at least 1
     */
    public float multiplier(int count) {
        return (float) (ratio / count);
    }
}

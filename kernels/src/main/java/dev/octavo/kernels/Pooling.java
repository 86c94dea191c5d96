package dev.octavo.kernels;

import java.util.List;

/**
 * The maximum or the average over a window of each channel of a feature map. Global pooling is a window as large as the
 * input.
 *
 * <p>Taps outside of the input are left out. A maximum over no tap is the least value of the type (−128, 0 or −∞), an
 * average over no tap is 0. The average divides by the number of taps inside the input or, with {@code countPadding}, by
 * the number inside the padded input.
 *
 * <p>Bytes: the int32 sum is requantized, {@code clamp(rne((sum + offset) · averages[count − 1]))}, within [−128, 127] or [0, 255].
 * Floats: the taps are summed in row order from 0 in single precision, then divided once by the count.
 *
 * @param input [N, C, H, W], without padding
 * @param output [N, C, H', W'] of the input's type for a maximum; of either quantized type, or float, for an average of the like
 * @param window its groups are 1
 * @param offset added to sums of bytes, of magnitude at most 2^23; 0 where windows have different counts
 * @param averages for averages of bytes: by count − 1, for all counts up to the number of taps; empty otherwise
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
        List<FixedPointMultiplier> averages)
        implements KernelSpec {
    /** What is taken over a window. */
    public enum Kind {
        /** The greatest value. */
        MAX,
        /** The mean. */
        AVERAGE
    }

    /** Checks that everything fits together. */
    public Pooling {
        averages = List.copyOf(averages);
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
        Checks.require(Math.abs((long) offset) <= 1 << 23, "offset %s of an average exceeds 2^23", offset);
        Checks.require(
                averages.size() == (quantizedAverage ? window.taps() : 0),
                "%s multipliers for a window of %s taps",
                averages.size(),
                window.taps());
    }
}

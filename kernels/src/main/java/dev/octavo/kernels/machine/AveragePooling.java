package dev.octavo.kernels.machine;

import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Turns an average {@link Pooling} of bytes into a depthwise convolution with weights of one. */
final class AveragePooling {
    /** The weights of the convolution, all ones, take as many bytes per channel. */
    private static final int MOST_TAPS = 1 << 12;

    /** With the sum of the taps, what single precision holds exactly. */
    private static final int MOST_OFFSET = 1 << 23;

    private AveragePooling() {}

    /** Returns whether a pooling is one of whole windows: a convolution divides by the same number everywhere. */
    static boolean supports(Pooling spec) {
        return spec.kind() == Pooling.Kind.AVERAGE
                && spec.input().type().quantized()
                && spec.window().taps() <= MOST_TAPS
                && Math.abs(spec.offset()) <= MOST_OFFSET
                && spec.padTop() + spec.padLeft() + spec.padBottom() + spec.padRight() == 0;
    }

    /**
     * Returns the convolution that computes a pooling.
     *
     * @param arena owns its weights
     */
    static Convolution convolution(Pooling spec, Arena arena) {
        TensorView output = spec.output();
        ConvolutionShape shape = spec.window().withGroups(output.channels());
        MemorySegment ones = arena.allocate((long) output.channels() * shape.taps());
        ones.fill((byte) 1);
        int[] bias = new int[output.channels()];
        Arrays.fill(bias, spec.offset());
        boolean signed = output.type() == ElementType.INT8;
        return new Convolution(
                spec.input(),
                output,
                shape,
                ones,
                bias,
                Requantization.of(
                        FixedPointMultiplier.of(spec.multiplier(spec.window().taps())),
                        signed ? -128 : 0,
                        signed ? 127 : 255),
                null);
    }
}

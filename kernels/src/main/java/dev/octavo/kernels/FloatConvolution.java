package dev.octavo.kernels;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Single-precision convolution of a feature map, with a fused residual and clamp.
 *
 * <p>The order is part of the definition: {@code acc = bias[o]}, then {@code acc = fma(x, w, acc)} over tap rows, tap
 * columns and input channels of the group, in that nesting; then {@code acc + residual}; then
 * {@code max(low, min(acc, high))} as {@link Math#max(float, float)} has it.
 *
 * @param input float [N, C, H, W], padding included
 * @param output float [N, O, H', W']
 * @param weights float [O][kernelHeight][kernelWidth][C / groups], readable while the kernel is prepared
 * @param bias float [O]
 * @param low least result; −∞ for none
 * @param high greatest result; +∞ for none
 * @param residual float, of the output's shape; may be the output's own memory
 */
public record FloatConvolution(
        TensorView input,
        TensorView output,
        ConvolutionShape shape,
        MemorySegment weights,
        float[] bias,
        float low,
        float high,
        @Nullable TensorView residual)
        implements KernelSpec {
    /** Checks that everything fits together. */
    public FloatConvolution {
        bias = bias.clone();
        Checks.type(input, ElementType.FLOAT32);
        Checks.type(output, ElementType.FLOAT32);
        Checks.convolution(input, output, shape, weights.byteSize() / Float.BYTES, bias.length);
        Checks.require(low <= high, "low %s exceeds high %s", low, high);
        if (residual != null) {
            Checks.type(residual, ElementType.FLOAT32);
            Checks.sameShape(residual, output);
        }
    }

    @Override
    public float[] bias() {
        return bias.clone();
    }

    /** Returns whether every group has one input and one output channel. */
    public boolean depthwise() {
        return shape.groups() == input.channels() && shape.groups() == output.channels();
    }

    @Override
    public long macs() {
        return output.elements() * shape.taps() * (input.channels() / shape.groups());
    }
}

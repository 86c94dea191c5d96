package dev.octavo.kernels;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Integer convolution of a feature map; a fully connected layer is the case of one pixel and one tap.
 *
 * <pre>
 * acc[n,y,x,o] = bias[o] + Σ_{r,s,i} input[n, y·strideH + r·dilationH, x·strideW + s·dilationW, g·I + i] · weights[o,r,s,i]
 * </pre>
 *
 * with I input channels per group and g the group of o. Accumulators are int32 and wrap modulo 2^32. The epilogue turns
 * them into {@link ElementType#INT8}, {@link ElementType#UINT8} or {@link ElementType#FLOAT32}. With a residual the
 * result is {@code clamp((guarded(acc) + guarded(residual) + 32) >> 6)}, see {@link Requantization#applyWithResidual}.
 *
 * <p>Tiers compute the requantization in single precision, which is exact while {@code |acc| <= 2^24}, and beyond that
 * wherever the result saturates anyway: for {@code multiplier >= 2^-16}, or as much more as a residual could take back.
 * Models that break both are refused when they are read.
 *
 * @param input int8 or uint8 [N, C, H, W], padding included
 * @param output [N, O, H', W']
 * @param weights int8 [O][kernelHeight][kernelWidth][C / groups], readable while the kernel is prepared
 * @param bias int32 [O], at the scale of the accumulators
 * @param residual what is added before the clamp, or null; only with a {@link Requantization}
 * @param zeros the part of the input that always holds zeros, which kernels may leave out of the sums
 * @param greatestInput the greatest code that the input ever holds; results are undefined where it holds a greater one
 */
public record Convolution(
        TensorView input,
        TensorView output,
        ConvolutionShape shape,
        MemorySegment weights,
        int[] bias,
        Epilogue epilogue,
        @Nullable Residual residual,
        Border zeros,
        int greatestInput)
        implements KernelSpec {
    /**
     * A second term of the sum that a convolution stores.
     *
     * @param view int8 or uint8, of the output's shape; may be the output's own memory
     * @param multiplier scale of the residual over scale of the output, below 64
     */
    public record Residual(TensorView view, FixedPointMultiplier multiplier) {
        /** Checks the ranges. */
        public Residual {
            Checks.quantized(view);
            Checks.require(multiplier.value() < 64, "a residual's multiplier must be below 64");
        }
    }

    /** Creates a convolution of an input of which nothing is known. */
    public Convolution(
            TensorView input,
            TensorView output,
            ConvolutionShape shape,
            MemorySegment weights,
            int[] bias,
            Epilogue epilogue,
            @Nullable Residual residual) {
        this(input, output, shape, weights, bias, epilogue, residual, Border.NONE);
    }

    /** Creates a convolution of an input that may hold any code of its type inside its border of zeros. */
    public Convolution(
            TensorView input,
            TensorView output,
            ConvolutionShape shape,
            MemorySegment weights,
            int[] bias,
            Epilogue epilogue,
            @Nullable Residual residual,
            Border zeros) {
        this(
                input,
                output,
                shape,
                weights,
                bias,
                epilogue,
                residual,
                zeros,
                input.type() == ElementType.INT8 ? Byte.MAX_VALUE : 255);
    }

    /** Checks that everything fits together. */
    public Convolution {
        bias = bias.clone();
        Checks.quantized(input);
        Checks.require(
                input.type() == ElementType.INT8
                        ? greatestInput >= -128 && greatestInput <= 127
                        : greatestInput >= 0 && greatestInput <= 255,
                "greatest input %s of %s",
                greatestInput,
                input.type());
        Checks.convolution(input, output, shape, weights.byteSize(), bias.length);
        epilogue.check(output, residual != null);
        if (residual != null) {
            Checks.sameShape(residual.view(), output);
        }
        Checks.require(
                zeros.top() + zeros.bottom() <= input.height() && zeros.left() + zeros.right() <= input.width(),
                "%s exceeds %s",
                zeros,
                input);
    }

    @Override
    public int[] bias() {
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

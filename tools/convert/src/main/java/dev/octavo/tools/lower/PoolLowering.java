package dev.octavo.tools.lower;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.Pooling;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.Padding;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.Window;
import dev.octavo.tools.quantizer.TensorEncoding;
import org.jspecify.annotations.Nullable;

/** Poolings as those of the runtime, whose windows never leave the padded input. */
final class PoolLowering {
    private PoolLowering() {}

    /**
     * A pooling, with as much padding as its windows reach.
     *
     * @param input encoding, or null if the tensors are float
     * @param output as well
     */
    static Operation.Pool pool(
            Op.Pool pool,
            int[] inputShape,
            int[] outputShape,
            @Nullable TensorEncoding input,
            @Nullable TensorEncoding output) {
        Window window = pool.window();
        return new Operation.Pool(
                pool.kindOfPool(),
                window.shape(),
                padding(window, inputShape, outputShape),
                pool.countPadding(),
                0,
                ratio(pool.kindOfPool(), input, output));
    }

    /** A pooling of all positions. */
    static Operation.Pool globalPool(
            Op.GlobalPool pool, int[] inputShape, @Nullable TensorEncoding input, @Nullable TensorEncoding output) {
        ConvolutionShape window = inputShape.length == 4
                ? ConvolutionShape.of(inputShape[2], inputShape[3])
                : ConvolutionShape.of(1, inputShape[2]);
        return new Operation.Pool(
                pool.kindOfPool(),
                window,
                Padding.NONE,
                false,
                offset(pool.kindOfPool(), window.taps(), input, output),
                ratio(pool.kindOfPool(), input, output));
    }

    /**
     * What the sum of a window without padding lacks for its average to be the code of the average.
     *
     * @param input encoding, or null if the tensors are float
     */
    private static int offset(
            Pooling.Kind kind, int taps, @Nullable TensorEncoding input, @Nullable TensorEncoding output) {
        if (kind == Pooling.Kind.MAX || input == null || output == null) {
            return 0;
        }
        double codes = output.zero() * (double) output.scale() / input.scale() - input.zero();
        return (int) Math.rint(taps * codes);
    }

    /** Whether an average of a window has codes: of one encoding, where some windows see less than others. */
    static boolean integers(Op.Pool pool, TensorEncoding input, TensorEncoding output) {
        boolean offset = input.zero() != 0 || output.zero() != 0;
        return !offset
                || (input.equals(output)
                        && !pool.countPadding()
                        && pool.window().shape().dilationHeight() == 1
                        && pool.window().shape().dilationWidth() == 1);
    }

    /** The padding by which whole windows give the output, be it rounded up or without a last one that sees padding only. */
    private static Padding padding(Window window, int[] input, int[] output) {
        ConvolutionShape shape = window.shape();
        int last = input.length - 1;
        int right = after(
                input[last],
                window.padLeft(),
                window.padRight(),
                shape.extentWidth(),
                shape.strideWidth(),
                output[last]);
        int bottom = input.length == 3
                ? window.padBottom()
                : after(
                        input[2],
                        window.padTop(),
                        window.padBottom(),
                        shape.extentHeight(),
                        shape.strideHeight(),
                        output[2]);
        return new Padding(window.padTop(), window.padLeft(), bottom, right);
    }

    private static int after(int size, int before, int after, int extent, int stride, int outputs) {
        return Math.floorDiv(size + before + after - extent, stride) + 1 == outputs
                ? after
                : Math.max(0, (outputs - 1) * stride + extent - size - before);
    }

    private static double ratio(Pooling.Kind kind, @Nullable TensorEncoding input, @Nullable TensorEncoding output) {
        return kind == Pooling.Kind.MAX || input == null || output == null
                ? 0
                : (double) input.scale() / output.scale();
    }
}

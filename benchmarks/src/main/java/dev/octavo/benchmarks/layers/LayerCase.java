package dev.octavo.benchmarks.layers;

import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.FloatConvolution;
import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.KernelSpec;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A convolution to measure, on one image.
 *
 * @param size height and width of the input without padding, which is half the kernel on every side
 */
record LayerCase(String name, int inputs, int outputs, int kernel, int stride, int groups, int size) {
    /** The layer whose data fit the first cache, and layers of well-known networks. */
    static final List<LayerCase> ALL = List.of(
            new LayerCase("first cache: 1x1 64-64 @ 8", 64, 64, 1, 1, 1, 8),
            new LayerCase("ResNet-50: 7x7 3-64 /2 @ 224", 3, 64, 7, 2, 1, 224),
            new LayerCase("ResNet-50: 3x3 64-64 @ 56", 64, 64, 3, 1, 1, 56),
            new LayerCase("ResNet-50: 1x1 64-256 @ 56", 64, 256, 1, 1, 1, 56),
            new LayerCase("ResNet-50: 1x1 256-64 @ 56", 256, 64, 1, 1, 1, 56),
            new LayerCase("ResNet-50: 3x3 128-128 @ 28", 128, 128, 3, 1, 1, 28),
            new LayerCase("ResNet-50: 3x3 128-128 /2 @ 56", 128, 128, 3, 2, 1, 56),
            new LayerCase("ResNet-50: 3x3 256-256 @ 14", 256, 256, 3, 1, 1, 14),
            new LayerCase("ResNet-50: 1x1 1024-256 @ 14", 1024, 256, 1, 1, 1, 14),
            new LayerCase("ResNet-50: 3x3 512-512 @ 7", 512, 512, 3, 1, 1, 7),
            new LayerCase("ResNet-50: 1x1 512-2048 @ 7", 512, 2048, 1, 1, 1, 7),
            new LayerCase("ResNet-50: 2048-1000", 2048, 1000, 1, 1, 1, 1),
            new LayerCase("MobileNet: 3x3 3-32 /2 @ 224", 3, 32, 3, 2, 1, 224),
            new LayerCase("MobileNet: 1x1 32-64 @ 112", 32, 64, 1, 1, 1, 112),
            new LayerCase("MobileNet: 1x1 24-144 @ 56", 24, 144, 1, 1, 1, 56),
            new LayerCase("MobileNet: 1x1 512-512 @ 14", 512, 512, 1, 1, 1, 14),
            new LayerCase("MobileNet: depthwise 3x3 64 /2 @ 112", 64, 64, 3, 2, 64, 112),
            new LayerCase("MobileNet: depthwise 3x3 144 @ 56", 144, 144, 3, 1, 144, 56),
            new LayerCase("MobileNet: depthwise 3x3 512 @ 14", 512, 512, 3, 1, 512, 14));

    private static final long FIRST = 4096;
    private static final long SEED = 7;
    /** Root mean squares of uniform bytes, unsigned and signed. */
    private static final double UNSIGNED_RMS = 147;

    private static final double SIGNED_RMS = 73;
    /** Of the codes that a layer gives. */
    private static final double OUTPUT_RMS = 64;

    private int padded() {
        return size + kernel / 2 * 2;
    }

    private ConvolutionShape shape() {
        return ConvolutionShape.of(kernel, kernel).withStride(stride, stride).withGroups(groups);
    }

    private TensorView input(ElementType type) {
        return TensorView.nhwc(type, FIRST, 1, inputs, padded(), padded());
    }

    private TensorView output(ElementType type) {
        TensorView input = input(type);
        long offset = FIRST + (input.elements() * type.bytes() + FIRST) / 64 * 64;
        int width = shape().outputWidth(padded());
        return TensorView.nhwc(type, offset, 1, outputs, width, width);
    }

    private int weights() {
        return outputs * kernel * kernel * (inputs / groups);
    }

    /** Multiply-adds of one run. */
    long macs() {
        return output(ElementType.INT8).elements() * kernel * kernel * (inputs / groups);
    }

    private int fanIn() {
        return kernel * kernel * (inputs / groups);
    }

    /** The layer in float, with seeded He-normal weights and random biases, and no clamp. */
    KernelSpec float32(Arena arena) {
        SplittableRandom random = new SplittableRandom(SEED);
        double deviation = Math.sqrt(2.0 / fanIn());
        MemorySegment weights = arena.allocate((long) weights() * Float.BYTES, 64);
        for (int i = 0; i < weights(); i++) {
            weights.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (deviation * random.nextGaussian()));
        }
        float[] bias = new float[outputs];
        for (int o = 0; o < outputs; o++) {
            bias[o] = (float) random.nextGaussian();
        }
        return new FloatConvolution(
                input(ElementType.FLOAT32),
                output(ElementType.FLOAT32),
                shape(),
                weights,
                bias,
                0,
                Float.POSITIVE_INFINITY,
                null);
    }

    /** The layer in uint8, with seeded uniform weights and biases, and a multiplier that spreads the results over the codes. */
    KernelSpec uint8(Arena arena) {
        SplittableRandom random = new SplittableRandom(SEED);
        MemorySegment weights = arena.allocate(weights(), 64);
        for (int i = 0; i < weights(); i++) {
            weights.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt(-127, 128));
        }
        double deviation = Math.sqrt(fanIn()) * UNSIGNED_RMS * SIGNED_RMS;
        int[] bias = new int[outputs];
        for (int o = 0; o < outputs; o++) {
            bias[o] = (int) (deviation * random.nextGaussian());
        }
        Requantization requantization = Requantization.of(FixedPointMultiplier.of(OUTPUT_RMS / deviation), 0, 255);
        return new Convolution(
                input(ElementType.UINT8), output(ElementType.UINT8), shape(), weights, bias, requantization, null);
    }

    /** Memory for either form, with a random input, and room for scratch at its end. */
    MemorySegment memory(KernelSpec spec, long scratchBytes, Arena arena) {
        MemorySegment memory = arena.allocate(scratch(spec) + scratchBytes + KernelSet.SLACK_BYTES, 64);
        SplittableRandom random = new SplittableRandom(SEED + 1);
        boolean floats = spec.output().type() == ElementType.FLOAT32;
        TensorView input = input(floats ? ElementType.FLOAT32 : ElementType.UINT8);
        for (long i = 0; i < input.elements(); i++) {
            if (floats) {
                memory.set(ValueLayout.JAVA_FLOAT, input.offset() + Float.BYTES * i, (float) random.nextGaussian());
            } else {
                memory.set(ValueLayout.JAVA_BYTE, input.offset() + i, (byte) random.nextInt(256));
            }
        }
        return memory;
    }

    /** What a kernel wrote. */
    static MemorySegment result(KernelSpec spec, MemorySegment memory) {
        TensorView output = spec.output();
        return memory.asSlice(output.offset(), output.elements() * output.type().bytes());
    }

    /** Where scratch memory begins. */
    static long scratch(KernelSpec spec) {
        TensorView output = spec.output();
        return (output.offset() + output.elements() * output.type().bytes() + FIRST) / 64 * 64;
    }
}

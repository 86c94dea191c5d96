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
import java.util.List;

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

    KernelSpec float32(Arena arena) {
        MemorySegment weights = arena.allocate((long) weights() * Float.BYTES, 64);
        return new FloatConvolution(
                input(ElementType.FLOAT32),
                output(ElementType.FLOAT32),
                shape(),
                weights,
                new float[outputs],
                0,
                Float.POSITIVE_INFINITY,
                null);
    }

    KernelSpec uint8(Arena arena) {
        MemorySegment weights = arena.allocate(weights(), 64);
        Requantization requantization = Requantization.of(FixedPointMultiplier.of(0.001), 0, 255);
        return new Convolution(
                input(ElementType.UINT8),
                output(ElementType.UINT8),
                shape(),
                weights,
                new int[outputs],
                requantization,
                null);
    }

    /** Memory for either form, with room for scratch at its end. */
    static MemorySegment memory(KernelSpec spec, long scratchBytes, Arena arena) {
        return arena.allocate(scratch(spec) + scratchBytes + KernelSet.SLACK_BYTES, 64);
    }

    /** Where scratch memory begins. */
    static long scratch(KernelSpec spec) {
        TensorView output = spec.output();
        return (output.offset() + output.elements() * output.type().bytes() + FIRST) / 64 * 64;
    }
}

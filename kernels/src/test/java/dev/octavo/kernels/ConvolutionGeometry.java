package dev.octavo.kernels;

import java.util.random.RandomGenerator;

/** Awkward sizes for a convolution. */
record ConvolutionGeometry(ConvolutionShape shape, int batch, int inputs, int outputs, int height, int width) {
    private static final long MOST_MACS = 400_000;

    static ConvolutionGeometry any(TestMemory memory) {
        while (true) {
            int groups = memory.pick(1, 1, 1, 1, 2, 3);
            int inputs = groups * memory.pick(1, 2, 3, 4, 5, 8, 15, 16, 17, 31, 33, 64, 70);
            int outputs = groups * memory.pick(1, 3, 7, 10, 16, 17, 31, 32, 33, 48, 64, 65, 100);
            ConvolutionGeometry geometry = over(memory, groups, inputs, outputs);
            if (geometry.macs() <= MOST_MACS) {
                return geometry;
            }
        }
    }

    static ConvolutionGeometry depthwise(TestMemory memory) {
        int channels = memory.pick(1, 2, 3, 8, 15, 16, 17, 32, 33, 63, 64, 70, 130);
        return over(memory, channels, channels, channels);
    }

    /** A reduction that passes the bounds of exact float sums: 518 steps of uint8, 1040 of int8. */
    static ConvolutionGeometry deep(TestMemory memory) {
        int kernel = memory.pick(1, 3);
        int inputs = kernel == 1 ? memory.pick(518, 519, 1039, 1040, 1041, 2081, 3000) : memory.pick(57, 58, 116, 250);
        int outputs = memory.pick(1, 17, 33);
        int height = kernel + memory.pick(0, 1, 2);
        return new ConvolutionGeometry(ConvolutionShape.of(kernel, kernel), 1, inputs, outputs, height, kernel + 1);
    }

    private static ConvolutionGeometry over(TestMemory memory, int groups, int inputs, int outputs) {
        int square = memory.pick(1, 1, 2, 3, 3, 3, 5, 7);
        int stride = memory.pick(1, 1, 1, 2, 2, 3);
        int dilation = memory.pick(1, 1, 1, 2, 3);
        boolean same = !memory.oneIn(4);
        ConvolutionShape shape = new ConvolutionShape(
                square,
                same ? square : memory.pick(1, 3, 4),
                stride,
                same ? stride : memory.pick(1, 2),
                dilation,
                same ? dilation : memory.pick(1, 2),
                groups);
        int height = (memory.pick(1, 1, 2, 3, 5, 7, 9, 12) - 1) * shape.strideHeight() + shape.extentHeight();
        int width = (memory.pick(1, 1, 2, 3, 5, 7, 9, 12) - 1) * shape.strideWidth() + shape.extentWidth();
        return new ConvolutionGeometry(
                shape,
                memory.pick(1, 1, 1, 2, 3),
                inputs,
                outputs,
                height + memory.random().nextInt(shape.strideHeight()),
                width + memory.random().nextInt(shape.strideWidth()));
    }

    TensorView input(TestMemory memory, ElementType type, Contents contents) {
        return memory.featureMap(type, contents, batch, inputs, height, width);
    }

    /** As much of the input as padding can be, and now and then more. */
    Border border(TestMemory memory) {
        int down = Math.min(height / 2, shape.extentHeight() - (memory.oneIn(8) ? 0 : 1));
        int across = Math.min(width / 2, shape.extentWidth() - (memory.oneIn(8) ? 0 : 1));
        RandomGenerator random = memory.random();
        return new Border(
                random.nextInt(down + 1),
                random.nextInt(across + 1),
                random.nextInt(down + 1),
                random.nextInt(across + 1));
    }

    TensorView output(TestMemory memory, ElementType type) {
        return memory.featureMap(
                type, Contents.ANY, batch, outputs, shape.outputHeight(height), shape.outputWidth(width));
    }

    /** Products per output. */
    int depth() {
        return shape.taps() * (inputs / shape.groups());
    }

    int weights() {
        return outputs * depth();
    }

    private long macs() {
        return (long) batch * shape.outputHeight(height) * shape.outputWidth(width) * weights();
    }
}

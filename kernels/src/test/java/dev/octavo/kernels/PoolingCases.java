package dev.octavo.kernels;

/** Cases of {@link Pooling}. */
final class PoolingCases {
    private PoolingCases() {}

    static KernelSpec any(TestMemory memory) {
        int kernel = memory.pick(1, 2, 2, 3, 3, 5);
        ConvolutionShape window = new ConvolutionShape(
                kernel,
                memory.oneIn(4) ? memory.pick(1, 4) : kernel,
                memory.pick(1, 2, 3),
                memory.pick(1, 2, 3),
                memory.pick(1, 1, 1, 2),
                memory.pick(1, 1, 1, 2),
                1);
        int top = memory.pick(0, 1, 2);
        int left = memory.pick(0, 1, 3);
        int bottom = memory.pick(0, 1, 2);
        int right = memory.pick(0, 1, 2);
        int height = Math.max(1, window.extentHeight() - top - bottom) + memory.pick(0, 1, 4, 7);
        int width = Math.max(1, window.extentWidth() - left - right) + memory.pick(0, 1, 4, 9);
        return over(memory, window, height, width, top, left, bottom, right);
    }

    static KernelSpec global(TestMemory memory) {
        int height = memory.pick(1, 2, 7, 8, 14);
        int width = memory.pick(1, 3, 7, 8);
        return over(memory, ConvolutionShape.of(height, width), height, width, 0, 0, 0, 0);
    }

    private static KernelSpec over(
            TestMemory memory,
            ConvolutionShape window,
            int height,
            int width,
            int top,
            int left,
            int bottom,
            int right) {
        int batch = memory.pick(1, 1, 2);
        int channels = memory.pick(1, 3, 8, 16, 17, 31, 64, 65, 100);
        Pooling.Kind kind = memory.oneIn(2) ? Pooling.Kind.MAX : Pooling.Kind.AVERAGE;
        ElementType type = memory.oneIn(3) ? ElementType.FLOAT32 : memory.quantizedType();
        boolean quantizedAverage = kind == Pooling.Kind.AVERAGE && type.quantized();
        Contents extremes = type.quantized() || memory.oneIn(2) ? Contents.EXTREMES : Contents.NOT_FINITE;
        Contents contents = memory.oneIn(type.quantized() ? 4 : 2) ? extremes : Contents.ANY;
        TensorView input = memory.featureMap(type, contents, batch, channels, height, width);
        TensorView output = memory.featureMap(
                quantizedAverage ? memory.quantizedType() : type,
                Contents.ANY,
                batch,
                channels,
                window.outputHeight(height + top + bottom),
                window.outputWidth(width + left + right));
        double rescale = memory.oneIn(2) ? 1 : memory.random().nextDouble(0.5, 2);
        boolean counts = quantizedAverage && (top | left | bottom | right) == 0;
        int offset = counts && memory.oneIn(2) ? memory.random().nextInt(-2000, 2000) : 0;
        return new Pooling(
                kind,
                input,
                output,
                window,
                top,
                left,
                bottom,
                right,
                memory.oneIn(2),
                offset,
                quantizedAverage ? rescale : 0);
    }
}

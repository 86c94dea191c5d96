package dev.octavo.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Cases of {@link FloatConvolution}. */
final class FloatConvolutionCases {
    private FloatConvolutionCases() {}

    static KernelSpec any(TestMemory memory) {
        return over(memory, ConvolutionGeometry.any(memory), Contents.ANY);
    }

    static KernelSpec depthwise(TestMemory memory) {
        return over(memory, ConvolutionGeometry.depthwise(memory), Contents.ANY);
    }

    static KernelSpec deep(TestMemory memory) {
        return over(memory, ConvolutionGeometry.deep(memory), Contents.ANY);
    }

    /** Zeros of both signs, denormals, infinities and NaN. */
    static KernelSpec special(TestMemory memory) {
        ConvolutionGeometry geometry =
                memory.oneIn(2) ? ConvolutionGeometry.any(memory) : ConvolutionGeometry.depthwise(memory);
        return over(memory, geometry, memory.oneIn(2) ? Contents.EXTREMES : Contents.NOT_FINITE);
    }

    private static KernelSpec over(TestMemory memory, ConvolutionGeometry geometry, Contents contents) {
        boolean finite = contents == Contents.ANY;
        TensorView input = geometry.input(memory, ElementType.FLOAT32, contents);
        TensorView output = geometry.output(memory, ElementType.FLOAT32);
        MemorySegment weights = Arena.ofAuto().allocate((long) geometry.weights() * Float.BYTES, Float.BYTES);
        for (int i = 0; i < geometry.weights(); i++) {
            float weight = memory.random().nextFloat(-1, 1);
            weights.set(TestMemory.FLOAT, (long) i * Float.BYTES, finite || memory.oneIn(3) ? weight : -0f);
        }
        float[] bias = new float[geometry.outputs()];
        for (int o = 0; o < bias.length; o++) {
            bias[o] = finite ? memory.random().nextFloat(-1, 1) : -0f;
        }
        float low = memory.oneIn(2) ? Float.NEGATIVE_INFINITY : memory.oneIn(4) ? -0f : memory.pick(0, -1);
        float high = memory.oneIn(2) ? Float.POSITIVE_INFINITY : memory.oneIn(4) ? 0f : memory.pick(6, 1);
        @Nullable
        TensorView residual = switch (memory.pick(0, 0, 1, 2)) {
            case 0 -> null;
            case 1 -> output;
            default -> geometry.output(memory, ElementType.FLOAT32);
        };
        return new FloatConvolution(input, output, geometry.shape(), weights, bias, low, high, residual);
    }
}

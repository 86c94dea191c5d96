package dev.octavo.kernels.scalar;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.FloatConvolution;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.MemorySegment;

/** {@link FloatConvolution}. */
final class ScalarFloatConvolution extends PixelKernel {
    private final FloatConvolution spec;
    private final TensorView input;
    private final TensorView output;
    private final ConvolutionShape shape;
    private final MemorySegment weights;
    private final float[] bias;

    ScalarFloatConvolution(FloatConvolution spec, PackingCache packed) {
        super("f32-conv-scalar", spec.output());
        this.spec = spec;
        this.input = spec.input();
        this.output = spec.output();
        this.shape = spec.shape();
        this.weights = packed.get(new CopiedWeights(spec.weights()));
        this.bias = spec.bias();
    }

    @Override
    void element(MemorySegment memory, int n, int y, int x, int c) {
        TensorView residual = spec.residual();
        float sum = accumulate(memory, n, y, x, c);
        if (residual != null) {
            sum += Elements.real(memory, place(residual, n, y, x, c));
        }
        float clamped = Math.max(spec.low(), Math.min(sum, spec.high()));
        Elements.putReal(memory, place(output, n, y, x, c), clamped);
    }

    private float accumulate(MemorySegment memory, int n, int y, int x, int o) {
        int inputs = input.channels() / shape.groups();
        int outputs = output.channels() / shape.groups();
        long corner = input.offset()
                + n * input.imageStride()
                + (long) y * shape.strideHeight() * input.rowStride()
                + (long) x * shape.strideWidth() * input.pixelStride()
                + (long) (o / outputs) * inputs * Float.BYTES;
        long weight = (long) o * shape.taps() * inputs * Float.BYTES;
        float sum = bias[o];
        for (int r = 0; r < shape.kernelHeight(); r++) {
            for (int s = 0; s < shape.kernelWidth(); s++) {
                long pixel = corner
                        + (long) r * shape.dilationHeight() * input.rowStride()
                        + (long) s * shape.dilationWidth() * input.pixelStride();
                for (int i = 0; i < inputs; i++) {
                    float value = Elements.real(memory, pixel + (long) i * Float.BYTES);
                    sum = Math.fma(value, Elements.real(weights, weight), sum);
                    weight += Float.BYTES;
                }
            }
        }
        return sum;
    }
}

package dev.octavo.kernels.scalar;

import dev.octavo.kernels.Activation;
import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.Rescaling;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.MemorySegment;

/** {@link Convolution}. */
final class ScalarConvolution extends PixelKernel {
    private final Convolution spec;
    private final TensorView input;
    private final TensorView output;
    private final ConvolutionShape shape;
    private final MemorySegment weights;
    private final int[] bias;

    ScalarConvolution(Convolution spec, PackingCache packed) {
        super("q8-conv-scalar", spec.output());
        this.spec = spec;
        this.input = spec.input();
        this.output = spec.output();
        this.shape = spec.shape();
        this.weights = packed.get(new CopiedWeights(spec.weights()));
        this.bias = spec.bias();
    }

    @Override
    void element(MemorySegment memory, int n, int y, int x, int c) {
        store(memory, accumulate(memory, n, y, x, c), n, y, x, c);
    }

    private int accumulate(MemorySegment memory, int n, int y, int x, int o) {
        int inputs = input.channels() / shape.groups();
        int outputs = output.channels() / shape.groups();
        ElementType type = input.type();
        long corner = input.offset()
                + n * input.imageStride()
                + (long) y * shape.strideHeight() * input.rowStride()
                + (long) x * shape.strideWidth() * input.pixelStride()
                + (long) (o / outputs) * inputs;
        long weight = (long) o * shape.taps() * inputs;
        int sum = bias[o];
        for (int r = 0; r < shape.kernelHeight(); r++) {
            for (int s = 0; s < shape.kernelWidth(); s++) {
                long pixel = corner
                        + (long) r * shape.dilationHeight() * input.rowStride()
                        + (long) s * shape.dilationWidth() * input.pixelStride();
                for (int i = 0; i < inputs; i++) {
                    sum += Elements.quantized(memory, type, pixel + i) * weights.get(Elements.INT8, weight++);
                }
            }
        }
        return sum;
    }

    private void store(MemorySegment memory, int sum, int n, int y, int x, int o) {
        long offset = place(output, n, y, x, o);
        Convolution.Residual residual = spec.residual();
        FixedPointMultiplier multiplier = residual == null ? null : residual.multiplier();
        int term = residual == null
                ? 0
                : Elements.quantized(memory, residual.view().type(), place(residual.view(), n, y, x, o));
        switch (spec.epilogue()) {
            case Rescaling rescaling -> Elements.putReal(memory, offset, sum * rescaling.scale(o));
            case Activation activation ->
                Elements.putQuantized(memory, offset, activation.apply(sum, o, term, multiplier));
            case Requantization requantization ->
                Elements.putQuantized(
                        memory,
                        offset,
                        multiplier == null
                                ? requantization.apply(sum, o)
                                : requantization.applyWithResidual(sum, o, multiplier.applyGuarded(term)));
        }
    }
}

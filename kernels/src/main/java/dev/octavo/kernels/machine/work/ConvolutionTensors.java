package dev.octavo.kernels.machine.work;

import dev.octavo.kernels.Border;
import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.FloatConvolution;
import dev.octavo.kernels.TensorView;
import dev.octavo.kernels.machine.work.PixelGrid.Axis;
import dev.octavo.kernels.machine.work.PixelGrid.Step;
import org.jspecify.annotations.Nullable;

/**
 * Where a convolution reads and writes, of bytes or of floats.
 *
 * @param input padding included
 * @param residual what is added to the sums, of the output's shape
 * @param zeros the part of the input whose products may be left out
 */
public record ConvolutionTensors(
        TensorView input, TensorView output, @Nullable TensorView residual, ConvolutionShape shape, Border zeros) {
    public static ConvolutionTensors of(Convolution spec) {
        TensorView residual = spec.residual() == null ? null : spec.residual().view();
        return new ConvolutionTensors(spec.input(), spec.output(), residual, spec.shape(), spec.zeros());
    }

    /** A product with zero is no zero for every float. */
    public static ConvolutionTensors of(FloatConvolution spec) {
        return new ConvolutionTensors(spec.input(), spec.output(), spec.residual(), spec.shape(), Border.NONE);
    }

    /** The residual, or the output in its place where nothing reads it. */
    public TensorView residualOrOutput() {
        return residual == null ? output : residual;
    }

    public Axis images() {
        return new Axis(
                output.batch(),
                new Step(
                        input.imageStride(),
                        output.imageStride(),
                        residualOrOutput().imageStride()));
    }

    /** Rows of the output; each step leads to the next row's windows. */
    public Axis rows() {
        return new Axis(
                output.height(),
                new Step(
                        input.rowStride() * shape.strideHeight(),
                        output.rowStride(),
                        residualOrOutput().rowStride()));
    }

    /** Columns of the output. */
    public Axis columns() {
        return new Axis(
                output.width(),
                new Step(
                        input.pixelStride() * shape.strideWidth(),
                        output.pixelStride(),
                        residualOrOutput().pixelStride()));
    }

    /** Offset of a tap from its window's first byte. */
    public long tap(int tap) {
        long down = (long) tap / shape.kernelWidth() * shape.dilationHeight();
        long across = (long) tap % shape.kernelWidth() * shape.dilationWidth();
        return down * input.rowStride() + across * input.pixelStride();
    }
}

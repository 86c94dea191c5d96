package dev.octavo.kernels.vector;

import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.Copy;
import dev.octavo.kernels.Dequantize;
import dev.octavo.kernels.Fill;
import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatConvolution;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.KernelSpec;
import dev.octavo.kernels.LookUp;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.Quantize;
import dev.octavo.kernels.QuantizedAdd;
import dev.octavo.kernels.QuantizedMultiply;
import dev.octavo.kernels.TensorView;
import dev.octavo.kernels.TierUnavailableException;
import java.lang.foreign.Arena;
import java.util.Optional;

/** The tier on the JDK's Vector API. */
public final class VectorKernels implements KernelSet {
    private VectorKernels() {}

    /**
     * The tier, if registers are wide enough to be worth it.
     *
     * @throws TierUnavailableException if they are not
     */
    public static VectorKernels create() throws TierUnavailableException {
        if (Species.bits() < 128) {
            throw new TierUnavailableException("the JVM's widest vector has " + Species.bits() + " bits");
        }
        return new VectorKernels();
    }

    @Override
    public String name() {
        return "vector";
    }

    @Override
    public Optional<Kernel> prepare(KernelSpec spec, PackingCache weights, Arena arena) {
        return switch (spec) {
            case Convolution convolution
            when convolution.depthwise() && exactly(convolution) ->
                Optional.of(new VectorDepthwise(convolution, weights, arena));
            case Convolution convolution -> Optional.of(new VectorConvolution(convolution, weights, arena));
            case FloatConvolution convolution
            when convolution.depthwise() -> Optional.of(new VectorFloatDepthwise(convolution, weights));
            case FloatConvolution convolution -> Optional.of(new VectorFloatConvolution(convolution, weights));
            case Pooling pooling -> exactly(pooling) ? Optional.of(new VectorPooling(pooling)) : Optional.empty();
            case QuantizedAdd add -> rows("q8-add", new QuantizedRows.Add(add), add.output(), add.left(), add.right());
            case QuantizedMultiply multiply ->
                rows(
                        "q8-mul",
                        new QuantizedRows.Multiply(multiply),
                        multiply.output(),
                        multiply.left(),
                        multiply.right());
            case LookUp lookUp -> rows("q8-lookup", new QuantizedRows.Table(lookUp), lookUp.output(), lookUp.input());
            case Copy copy -> rows("copy", new CopyRow(copy.output().type().bytes()), copy.output(), copy.input());
            case Fill fill -> VectorFill.of(fill, arena);
            case Quantize quantize -> quantize(quantize);
            case Dequantize dequantize ->
                rows("q8-dequantize", new QuantizedRows.ToFloat(dequantize), dequantize.output(), dequantize.input());
            case FloatUnary unary ->
                unary.program()
                        .map(program -> new VectorFloatProgram("f32-unary", program, unary.output(), unary.input()));
            case FloatBinary binary ->
                binary.function()
                        .program()
                        .map(program -> new VectorFloatProgram(
                                "f32-binary", program, binary.output(), binary.left(), binary.right()));
            default -> Optional.empty();
        };
    }

    /** Empty where the rows of a view are not contiguous. */
    private static Optional<Kernel> rows(String operation, RowKernel.Row row, TensorView... views) {
        Traversal traversal = Traversal.of(views);
        return traversal.contiguous(views)
                ? Optional.of(new RowKernel(operation, traversal, views.length - 1, row))
                : Optional.empty();
    }

    private static Optional<Kernel> quantize(Quantize spec) {
        if (spec.scales().length > 1) {
            return Optional.empty();
        }
        RowKernel.Row row = new QuantizedRows.FromFloat(spec);
        return rows("f32-quantize", row, spec.output(), spec.input());
    }

    /** Whether a float holds the sum of a window of bytes exactly. */
    private static boolean exactly(Pooling pooling) {
        return pooling.window().taps() <= (1 << 24) / 255;
    }

    /** Whether the products of all taps are summed exactly without a flush. */
    private static boolean exactly(Convolution convolution) {
        return convolution.shape().taps()
                <= ExactBlocks.mostDepth(convolution.input().type());
    }
}

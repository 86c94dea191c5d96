package dev.octavo.kernels.vector;

import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.FloatConvolution;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.KernelSpec;
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
    public Optional<Kernel> prepare(KernelSpec spec, Arena arena) {
        return switch (spec) {
            case Convolution convolution
            when convolution.depthwise() && exactly(convolution) ->
                Optional.of(new VectorDepthwise(convolution, arena));
            case Convolution convolution -> Optional.of(new VectorConvolution(convolution, arena));
            case FloatConvolution convolution
            when convolution.depthwise() -> Optional.of(new VectorFloatDepthwise(convolution, arena));
            case FloatConvolution convolution -> Optional.of(new VectorFloatConvolution(convolution, arena));
            default -> Optional.empty();
        };
    }

    /** Whether the products of all taps are summed exactly without a flush. */
    private static boolean exactly(Convolution convolution) {
        return convolution.shape().taps()
                <= ExactBlocks.mostDepth(convolution.input().type());
    }
}

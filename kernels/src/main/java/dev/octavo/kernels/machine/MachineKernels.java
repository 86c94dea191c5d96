package dev.octavo.kernels.machine;

import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.ConvolutionChain;
import dev.octavo.kernels.FloatConvolution;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.KernelSpec;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.code.CodeFamily;
import dev.octavo.kernels.machine.code.KernelCode;
import dev.octavo.kernels.machine.work.ConvolutionTensors;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The tier of emitted code; it serves the operations on bytes and most of those on floats. */
public final class MachineKernels implements KernelSet {
    /** System property that selects a lower instruction set than the best that the CPU has. */
    public static final String INSTRUCTION_SET = "octavo.isa";

    /** Strips leave most of L2 to weights and to what is streamed through it. */
    private static final int STRIPS_PER_CACHE = 8;

    private final CodeFamily family;

    private MachineKernels(CodeFamily family) {
        this.family = family;
    }

    /**
     * Returns the kernels for the best instruction set of this CPU, or for the one that property {@value #INSTRUCTION_SET} names.
     *
     * @param reference kernels that the emitted ones must agree with in a short test
     * @throws IllegalArgumentException if the property names no instruction set
     * @throws TierUnavailableException if emitted code cannot run here, with the reason
     */
    public static MachineKernels create(KernelSet reference) throws TierUnavailableException {
        String label = System.getProperty(INSTRUCTION_SET);
        MachineKernels kernels = new MachineKernels(label == null ? CodeFamilies.best() : CodeFamilies.of(label));
        SelfTest.check(kernels, reference);
        return kernels;
    }

    /** Returns the kernels of a family, without testing them. */
    static MachineKernels of(CodeFamily family) {
        return new MachineKernels(family);
    }

    @Override
    public String name() {
        return "machine";
    }

    @Override
    public Optional<Kernel> prepare(KernelSpec spec, PackingCache weights, Arena arena) {
        try {
            return switch (spec) {
                case Convolution convolution when !supported(convolution) -> Optional.empty();
                case Convolution convolution -> Optional.of(convolution(convolution, weights, arena));
                case FloatConvolution convolution ->
                    supported(convolution) ? Optional.of(convolution(convolution, weights, arena)) : Optional.empty();
                case Pooling pooling when AveragePooling.supports(pooling) -> Optional.of(average(pooling, arena));
                default -> family.prepare(spec, arena);
            };
        } catch (TierUnavailableException e) {
            throw new IllegalStateException("emitted code could run when the tier was created and now cannot", e);
        }
    }

    @Override
    public Optional<Kernel> prepare(ConvolutionChain chain, PackingCache weights, Arena arena) {
        try {
            return Optional.of(MachineChain.prepare(chain, family, weights, arena));
        } catch (TierUnavailableException e) {
            throw new IllegalStateException("emitted code could run when the tier was created and now cannot", e);
        }
    }

    @Override
    public long stripBytes() {
        return family.level2Bytes() / STRIPS_PER_CACHE;
    }

    private Kernel average(Pooling spec, Arena arena) throws TierUnavailableException {
        List<Kernel> parts = new ArrayList<>();
        // The weights live as long as the kernel, not as long as the model's cache.
        PackingCache weights = new PackingCache(arena);
        for (Convolution part : AveragePooling.convolutions(spec, arena)) {
            parts.add(convolution(part, weights, arena));
        }
        return parts.size() == 1 ? parts.getFirst() : new CompositeKernel(parts);
    }

    private Kernel convolution(Convolution spec, PackingCache weights, Arena arena) throws TierUnavailableException {
        KernelCode kernel = family.kernel(arena);
        RowWork rows = spec.depthwise() && spec.output().type().quantized()
                ? new MachineDepthwise(spec, family, kernel, weights)
                : MachineConvolution.of(spec, family, kernel, weights, prefetchDistance());
        return RowWork.kernel(rows, ConvolutionTensors.of(spec), kernel, weights);
    }

    private Kernel convolution(FloatConvolution spec, PackingCache weights, Arena arena)
            throws TierUnavailableException {
        KernelCode kernel = family.kernel(arena);
        RowWork rows = spec.depthwise()
                ? new MachineFloatDepthwise(spec, family, kernel, weights)
                : MachineConvolution.of(spec, family, kernel, weights, prefetchDistance());
        return RowWork.kernel(rows, ConvolutionTensors.of(spec), kernel, weights);
    }

    /** Half of L2: some blocks of weights beyond the one in use, and room for what is computed. */
    private long prefetchDistance() {
        return family.level2Bytes() / 2;
    }

    private static boolean supported(Convolution spec) {
        return spec.residual() == null || spec.residual().view().isFeatureMap();
    }

    private boolean supported(FloatConvolution spec) {
        return family.supports(spec)
                && (spec.residual() == null || spec.residual().isFeatureMap());
    }
}

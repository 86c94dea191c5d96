package dev.octavo.kernels.machine;

import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.ConvolutionChain;
import dev.octavo.kernels.Copy;
import dev.octavo.kernels.Dequantize;
import dev.octavo.kernels.ElementType;
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
import dev.octavo.kernels.TierUnavailableException;
import java.lang.foreign.Arena;
import java.util.Optional;

/** The tier of emitted code; it serves the operations on bytes and most of those on floats. */
public final class MachineKernels implements KernelSet {
    /** System property that selects a lower instruction set than the best that the CPU has. */
    public static final String INSTRUCTION_SET = "octavo.isa";

    /** Strips leave most of L2 to weights and to what is streamed through it. */
    private static final int STRIPS_PER_CACHE = 8;

    private final CpuFeatures cpu;
    private final InstructionSet set;

    private MachineKernels(CpuFeatures cpu, InstructionSet set) {
        this.cpu = cpu;
        this.set = set;
    }

    /**
     * The kernels for the best instruction set of this CPU, or for the one that property {@value #INSTRUCTION_SET} names.
     *
     * @param reference kernels that the emitted ones must agree with in a short test
     * @throws TierUnavailableException if emitted code cannot run here, with the reason
     */
    public static MachineKernels create(KernelSet reference) throws TierUnavailableException {
        CpuFeatures cpu = CpuFeatures.detect();
        String label = System.getProperty(INSTRUCTION_SET);
        MachineKernels kernels = of(cpu, label == null ? best(cpu) : InstructionSet.of(label));
        SelfTest.check(kernels, reference);
        return kernels;
    }

    static MachineKernels of(CpuFeatures cpu, InstructionSet set) throws TierUnavailableException {
        if (!cpu.instructionSets().contains(set)) {
            throw new TierUnavailableException("this CPU lacks " + set.label() + ", it has " + cpu.instructionSets());
        }
        return new MachineKernels(cpu, set);
    }

    private static InstructionSet best(CpuFeatures cpu) throws TierUnavailableException {
        return cpu.instructionSets().stream()
                .max(InstructionSet::compareTo)
                .orElseThrow(() -> new TierUnavailableException("this CPU has neither AVX2 nor a byte dot product"));
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
                case FloatConvolution convolution
                when supported(convolution) -> Optional.of(convolution(convolution, weights, arena));
                case Pooling pooling
                when pooling.input().type() == ElementType.FLOAT32 ->
                    FloatPoolingEmitter.supports(pooling.kind(), set)
                            ? Optional.of(MachineFloatPooling.prepare(pooling, new KernelBuilder(cpu, set, arena)))
                            : Optional.empty();
                case Pooling pooling
                when MachinePooling.supports(pooling) ->
                    switch (pooling.kind()) {
                        case AVERAGE -> prepare(MachinePooling.average(pooling, arena), arena);
                        case MAX -> Optional.of(MachinePooling.maximum(pooling, set, arena));
                    };
                case Copy copy -> new MachineElementwise(cpu, set, arena).copy(copy);
                case Fill fill -> new MachineElementwise(cpu, set, arena).fill(fill);
                case LookUp lookUp -> new MachineElementwise(cpu, set, arena).lookUp(lookUp);
                case QuantizedAdd add -> new MachineElementwise(cpu, set, arena).add(add);
                case QuantizedMultiply multiply -> new MachineElementwise(cpu, set, arena).multiply(multiply);
                case Dequantize dequantize -> new MachineFloatElementwise(set, arena).dequantize(dequantize);
                case FloatUnary unary -> new MachineFloatElementwise(set, arena).unary(unary);
                case FloatBinary binary -> new MachineFloatElementwise(set, arena).binary(binary);
                case Quantize quantize -> new MachineElementwise(cpu, set, arena).quantize(quantize);
                default -> Optional.empty();
            };
        } catch (TierUnavailableException e) {
            throw new IllegalStateException("emitted code could run when the tier was created and now cannot", e);
        }
    }

    @Override
    public Optional<Kernel> prepare(ConvolutionChain chain, PackingCache weights, Arena arena) {
        try {
            return Optional.of(MachineChain.prepare(chain, cpu, set, weights, arena));
        } catch (TierUnavailableException e) {
            throw new IllegalStateException("emitted code could run when the tier was created and now cannot", e);
        }
    }

    @Override
    public long stripBytes() {
        return cpu.level2Bytes() / STRIPS_PER_CACHE;
    }

    private Kernel convolution(Convolution spec, PackingCache weights, Arena arena) throws TierUnavailableException {
        KernelBuilder kernel = new KernelBuilder(cpu, set, arena);
        RowWork rows = spec.depthwise() && spec.output().type().quantized()
                ? new MachineDepthwise(spec, kernel, weights)
                : MachineConvolution.of(spec, kernel, cpu, weights, prefetchDistance());
        return RowWork.kernel(rows, ConvolutionTensors.of(spec), kernel, weights);
    }

    private Kernel convolution(FloatConvolution spec, PackingCache weights, Arena arena)
            throws TierUnavailableException {
        KernelBuilder kernel = new KernelBuilder(cpu, set, arena);
        RowWork rows = spec.depthwise()
                ? new MachineFloatDepthwise(spec, kernel, weights)
                : MachineConvolution.of(spec, kernel, cpu, weights, prefetchDistance());
        return RowWork.kernel(rows, ConvolutionTensors.of(spec), kernel, weights);
    }

    /** Half of L2: some blocks of weights beyond the one in use, and room for what is computed. */
    private long prefetchDistance() {
        return cpu.level2Bytes() / 2;
    }

    private static boolean supported(Convolution spec) {
        return spec.residual() == null || spec.residual().view().isFeatureMap();
    }

    private static boolean supported(FloatConvolution spec) {
        return FloatBounds.supports(spec.low(), spec.high())
                && (spec.residual() == null || spec.residual().isFeatureMap());
    }
}

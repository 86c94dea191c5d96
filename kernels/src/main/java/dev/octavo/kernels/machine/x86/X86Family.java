package dev.octavo.kernels.machine.x86;

import dev.octavo.kernels.Copy;
import dev.octavo.kernels.Dequantize;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Fill;
import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatConvolution;
import dev.octavo.kernels.FloatSoftmax;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.KernelSpec;
import dev.octavo.kernels.LookUp;
import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.Quantize;
import dev.octavo.kernels.QuantizedAdd;
import dev.octavo.kernels.QuantizedMultiply;
import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.code.CodeFamily;
import dev.octavo.kernels.machine.code.KernelCode;
import dev.octavo.kernels.machine.code.PeakLoops;
import dev.octavo.kernels.machine.packing.WeightLayout;
import dev.octavo.kernels.machine.work.ChannelBlock;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The kernels of x86-64, for one {@link InstructionSet}. */
public final class X86Family implements CodeFamily {
    private final CpuFeatures cpu;
    private final InstructionSet set;
    private final WeightLayout weights;

    private X86Family(CpuFeatures cpu, InstructionSet set) {
        this.cpu = cpu;
        this.set = set;
        this.weights = new X86Weights(set);
    }

    /**
     * Returns the family for the best instruction set of this CPU.
     *
     * @throws TierUnavailableException if the CPU has none of them, or if emitted code cannot run here
     */
    public static X86Family best() throws TierUnavailableException {
        CpuFeatures cpu = CpuFeatures.detect();
        InstructionSet best = cpu.instructionSets().stream()
                .max(InstructionSet::compareTo)
                .orElseThrow(() -> new TierUnavailableException("this CPU has neither AVX2 nor a byte dot product"));
        return new X86Family(cpu, best);
    }

    /**
     * Returns the family for an instruction set.
     *
     * @throws TierUnavailableException if this CPU lacks it, or if emitted code cannot run here
     */
    public static X86Family of(InstructionSet set) throws TierUnavailableException {
        CpuFeatures cpu = CpuFeatures.detect();
        Set<InstructionSet> present = cpu.instructionSets();
        if (!present.contains(set)) {
            throw new TierUnavailableException("this CPU lacks " + set.label() + ", it has " + present);
        }
        return new X86Family(cpu, set);
    }

    @Override
    public String label() {
        return set.label();
    }

    @Override
    public int vectorBytes() {
        return set.width().bytes();
    }

    @Override
    public int level1Bytes() {
        return cpu.level1Bytes();
    }

    @Override
    public int level2Bytes() {
        return cpu.level2Bytes();
    }

    @Override
    public int accumulators() {
        return ConvolutionEmitter.accumulators(set);
    }

    @Override
    public int pixels(ElementType input, int vectors) {
        return ConvolutionEmitter.pixels(input, set, vectors);
    }

    @Override
    public List<ChannelBlock> denseBlocks(int channels, boolean bytes) {
        return ByteBlocks.dense(channels, set, bytes);
    }

    @Override
    public List<ChannelBlock> depthwiseBlocks(int channels) {
        return ByteBlocks.depthwise(channels, set);
    }

    @Override
    public WeightLayout weightLayout() {
        return weights;
    }

    @Override
    public boolean supports(FloatConvolution spec) {
        return FloatBounds.supports(spec.low(), spec.high());
    }

    @Override
    public KernelCode kernel(Arena arena) {
        return new KernelBuilder(cpu, set, arena);
    }

    @Override
    public Optional<Kernel> prepare(KernelSpec spec, Arena arena) throws TierUnavailableException {
        return switch (spec) {
            case Pooling pooling
            when pooling.input().type() == ElementType.FLOAT32 ->
                Optional.of(MachineFloatPooling.prepare(pooling, new KernelBuilder(cpu, set, arena)));
            case Pooling pooling -> MachineMaxPooling.prepare(pooling, set, arena);
            case Copy copy -> new MachineElementwise(cpu, set, arena).copy(copy);
            case Fill fill -> new MachineElementwise(cpu, set, arena).fill(fill);
            case LookUp lookUp -> new MachineElementwise(cpu, set, arena).lookUp(lookUp);
            case QuantizedAdd add -> new MachineElementwise(cpu, set, arena).add(add);
            case QuantizedMultiply multiply -> new MachineElementwise(cpu, set, arena).multiply(multiply);
            case Dequantize dequantize -> new MachineFloatElementwise(set, arena).dequantize(dequantize);
            case FloatSoftmax softmax -> MachineSoftmax.prepare(softmax, set, arena);
            case FloatUnary unary -> new MachineFloatElementwise(set, arena).unary(unary);
            case FloatBinary binary -> new MachineFloatElementwise(set, arena).binary(binary);
            case Quantize quantize -> new MachineElementwise(cpu, set, arena).quantize(quantize);
            default -> Optional.empty();
        };
    }

    @Override
    public PeakLoops peaks() throws TierUnavailableException {
        return new X86Peaks(set);
    }
}

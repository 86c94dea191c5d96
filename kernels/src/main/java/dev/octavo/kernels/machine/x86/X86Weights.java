package dev.octavo.kernels.machine.x86;

import dev.octavo.kernels.Convolution.Residual;
import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.machine.packing.StepArranger;
import dev.octavo.kernels.machine.packing.WeightLayout;
import dev.octavo.kernels.machine.packing.WeightLoops;
import java.lang.foreign.SegmentAllocator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The layout of weights for {@code vpdpbusd}, or for {@code vpmaddubsw} where that is absent. */
record X86Weights(InstructionSet set) implements WeightLayout {
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof X86Weights weights && set == weights.set;
    }

    @Override
    public int hashCode() {
        return set.hashCode();
    }

    /** {@inheritDoc} Both instructions take unsigned inputs: flipping the highest bit of an int8 adds 128. */
    @Override
    public int inputOffset(ElementType input) {
        return input == ElementType.INT8 ? 128 : 0;
    }

    /** {@inheritDoc} Words take the place of bytes where there is no dot product, and are signed. */
    @Override
    public int depthwiseInputOffset(ElementType input) {
        return set.dotProducts() ? inputOffset(input) : 0;
    }

    @Override
    public double leastExact() {
        return RequantizationEmitter.LEAST_EXACT;
    }

    /** {@inheritDoc} It multiplies the float of a uint8, or of an int8 · 2^24; both are exact in single precision. */
    @Override
    public float residualScale(Residual residual) {
        boolean signed = residual.view().type() == ElementType.INT8;
        return -Math.scalb(residual.multiplier().value(), FixedPointMultiplier.GUARD_BITS - (signed ? 24 : 0));
    }

    @Override
    public WeightLoops loops() {
        return WeightRoutines.loaded();
    }

    @Override
    public boolean arranges() {
        return !set.dotProducts();
    }

    @Override
    public Optional<StepArranger> arranger(int greatest, SegmentAllocator scratch) {
        return arranges() ? Optional.of(new WordGroups(greatest, scratch)) : Optional.empty();
    }

    @Override
    public List<int[]> depthwiseGroups(ConvolutionShape shape) {
        return DepthwiseEmitter.groups(shape, set);
    }
}

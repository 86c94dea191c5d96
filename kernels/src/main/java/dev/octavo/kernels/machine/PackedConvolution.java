package dev.octavo.kernels.machine;

import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.Rescaling;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Weights and per-channel constants of a convolution, block by block, in the order in which a tile reads them.
 *
 * <p>Weights: as {@link PackedWeights} says. Constants: one vector per accumulator of biases, then of multipliers, then of upper
 * bounds as int32; then one vector of upper bounds as bytes in channel order, twice for pairs of pixels.
 *
 * <p>{@code vpdpbusd} multiplies unsigned by signed bytes. Signed inputs are read as x + 128, and the biases hold
 * −128 · Σ weights to make up for it.
 */
final class PackedConvolution {
    private static final int ALIGNMENT = 64;

    /** Addresses of a block's part. */
    record Block(ChannelBlock channels, long weights, long constants) {}

    private final List<Block> blocks = new ArrayList<>();
    private final long weightBytes;
    private final boolean floor;

    /** Packs the weights of one block. */
    private interface WeightPacker {
        MemorySegment pack(ChannelBlock block);
    }

    private PackedConvolution(Convolution spec, List<ChannelBlock> channelBlocks, WeightPacker packer, Arena arena) {
        long total = 0;
        boolean needsFloor = false;
        WeightSums sums = WeightSums.of(spec);
        int[] bias = spec.bias();
        for (ChannelBlock block : channelBlocks) {
            MemorySegment weights = packer.pack(block);
            long vectorBytes = block.width().bytes();
            MemorySegment constants = arena.allocate((3L * block.vectors() + 1) * vectorBytes, ALIGNMENT);
            packConstants(spec, sums, bias, block, constants);
            for (int c = block.first(); c < block.first() + block.channels(); c++) {
                needsFloor |= sums.least(c, bias[c]) * (double) scale(spec, c) < RequantizationEmitter.LEAST_EXACT;
            }
            blocks.add(new Block(block, weights.address(), constants.address()));
            total += weights.byteSize();
        }
        weightBytes = total;
        floor = needsFloor;
    }

    /** Weights in the order of the runs' bytes. */
    static PackedConvolution dense(
            Convolution spec, ConvolutionRuns runs, List<ChannelBlock> channelBlocks, InstructionSet set, Arena arena) {
        return new PackedConvolution(
                spec, channelBlocks, block -> PackedWeights.dense(spec.weights(), runs, block, set, arena), arena);
    }

    /**
     * Weights of a depthwise convolution.
     *
     * @param quads the four taps of each group, −1 for none
     */
    static PackedConvolution depthwise(
            Convolution spec, List<int[]> quads, List<ChannelBlock> channelBlocks, InstructionSet set, Arena arena) {
        int taps = spec.shape().taps();
        return new PackedConvolution(
                spec,
                channelBlocks,
                block -> PackedWeights.depthwise(spec.weights(), taps, quads, block, set, arena),
                arena);
    }

    List<Block> blocks() {
        return blocks;
    }

    long weightBytes() {
        return weightBytes;
    }

    /** Whether some input could take an accumulator below what the rounding by a magic constant can represent. */
    boolean floor() {
        return floor;
    }

    private static void packConstants(
            Convolution spec, WeightSums sums, int[] bias, ChannelBlock block, MemorySegment constants) {
        int vectorBytes = block.width().bytes();
        int elements = block.elements();
        boolean signed = spec.input().type() == ElementType.INT8;
        long section = (long) block.vectors() * vectorBytes;
        for (int j = 0; j < block.vectors(); j++) {
            for (int e = 0; e < elements; e++) {
                int within = block.order().channel(j, e, elements);
                if (within >= block.channels()) {
                    continue;
                }
                int channel = block.first() + within;
                long at = (long) j * vectorBytes + (long) e * Integer.BYTES;
                int correction = signed ? -128 * sums.sum(channel) : 0;
                constants.set(ValueLayout.JAVA_INT, at, bias[channel] + correction);
                constants.set(ValueLayout.JAVA_FLOAT, section + at, scale(spec, channel));
                if (spec.epilogue() instanceof Requantization requantization) {
                    int high = requantization.high(channel);
                    constants.set(ValueLayout.JAVA_INT, 2 * section + at, high);
                    constants.set(ValueLayout.JAVA_BYTE, 3 * section + within, (byte) high);
                    if (block.order() == ChannelOrder.PAIRED) {
                        constants.set(ValueLayout.JAVA_BYTE, 3 * section + vectorBytes / 2 + within, (byte) high);
                    }
                }
            }
        }
    }

    /** What an accumulator is multiplied by: with a residual, guard bits included. */
    private static float scale(Convolution spec, int channel) {
        return switch (spec.epilogue()) {
            case Rescaling rescaling -> rescaling.scale(channel);
            case Requantization requantization -> {
                float value = requantization.multiplier(channel).value();
                yield spec.residual() == null ? value : Math.scalb(value, FixedPointMultiplier.GUARD_BITS);
            }
        };
    }
}

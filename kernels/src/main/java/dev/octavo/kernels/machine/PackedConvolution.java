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
 * <p>Weights: for each group of four input bytes, for each accumulator one vector; its 32-bit elements hold four weights of
 * one channel; without a dot product of bytes two vectors, with the first and third weight as words, and the second and fourth. Constants: one vector per accumulator of biases, then of multipliers, then of upper bounds as int32; then one
 * vector of upper bounds as bytes in channel order, twice for pairs of pixels.
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

    /** Which weight stands in an element of the packed weights. */
    private interface WeightIndex {
        /**
         * @param group of four bytes
         * @param position of a byte in its group
         * @return index in OHWI weights, or −1 for a zero
         */
        long of(ChannelBlock block, int channel, int group, int position);
    }

    private PackedConvolution(
            Convolution spec,
            List<ChannelBlock> channelBlocks,
            InstructionSet set,
            int groups,
            WeightIndex index,
            Arena arena) {
        int parts = set.dotProducts() ? 1 : 2;
        long total = 0;
        boolean needsFloor = false;
        RowSums sums = new RowSums(spec);
        int[] bias = spec.bias();
        for (ChannelBlock block : channelBlocks) {
            long vectorBytes = block.width().bytes();
            long bytes = vectorBytes * parts * block.vectors() * groups;
            MemorySegment weights = arena.allocate(bytes, ALIGNMENT);
            MemorySegment constants = arena.allocate((3L * block.vectors() + 1) * vectorBytes, ALIGNMENT);
            packWeights(spec, block, groups, parts, index, weights);
            packConstants(spec, sums, bias, block, constants);
            for (int c = block.first(); c < block.first() + block.channels(); c++) {
                needsFloor |= sums.least(c, bias[c]) * (double) scale(spec, c) < RequantizationEmitter.LEAST_EXACT;
            }
            blocks.add(new Block(block, weights.address(), constants.address()));
            total += bytes;
        }
        weightBytes = total;
        floor = needsFloor;
    }

    /** Weights in the order of the runs' bytes. */
    static PackedConvolution dense(
            Convolution spec, ConvolutionRuns runs, List<ChannelBlock> channelBlocks, InstructionSet set, Arena arena) {
        int steps = runs.steps();
        return new PackedConvolution(
                spec,
                channelBlocks,
                set,
                runs.offsets().size() * steps,
                (block, channel, group, position) ->
                        runs.weightIndex(block, channel, group / steps, 4 * (group % steps) + position),
                arena);
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
                set,
                quads.size(),
                (block, channel, group, position) -> {
                    int tap = quads.get(group)[position];
                    return tap < 0 ? -1 : (long) channel * taps + tap;
                },
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

    private static void packWeights(
            Convolution spec, ChannelBlock block, int groups, int parts, WeightIndex indices, MemorySegment packed) {
        MemorySegment weights = spec.weights();
        int elements = block.elements();
        byte[] four = new byte[4];
        long at = 0;
        for (int group = 0; group < groups; group++) {
            for (int j = 0; j < block.vectors(); j++) {
                for (int e = 0; e < elements; e++) {
                    int within = block.order().channel(j, e, elements);
                    for (int i = 0; i < 4; i++) {
                        long index =
                                within < block.channels() ? indices.of(block, block.first() + within, group, i) : -1;
                        four[i] = index < 0 ? 0 : weights.get(ValueLayout.JAVA_BYTE, index);
                    }
                    long element = at + (long) e * Integer.BYTES;
                    if (parts == 1) {
                        MemorySegment.copy(four, 0, packed, ValueLayout.JAVA_BYTE, element, 4);
                    } else {
                        long second = element + block.width().bytes();
                        packed.set(ValueLayout.JAVA_INT, element, words(four[0], four[2]));
                        packed.set(ValueLayout.JAVA_INT, second, words(four[1], four[3]));
                    }
                }
                at += (long) parts * block.width().bytes();
            }
        }
    }

    private static int words(byte low, byte high) {
        return high << 16 | (low & 0xFFFF);
    }

    private static void packConstants(
            Convolution spec, RowSums sums, int[] bias, ChannelBlock block, MemorySegment constants) {
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
                int correction = signed ? -128 * (int) sums.sum(channel) : 0;
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

    /** Sums of the weights of each output channel. */
    private static final class RowSums {
        private final long[] positive;
        private final long[] negative;
        private final boolean signed;

        RowSums(Convolution spec) {
            int outputs = spec.output().channels();
            positive = new long[outputs];
            negative = new long[outputs];
            signed = spec.input().type() == ElementType.INT8;
            long perOutput = spec.weights().byteSize() / outputs;
            for (int o = 0; o < outputs; o++) {
                for (long i = 0; i < perOutput; i++) {
                    byte weight = spec.weights().get(ValueLayout.JAVA_BYTE, o * perOutput + i);
                    if (weight > 0) {
                        positive[o] += weight;
                    } else {
                        negative[o] += weight;
                    }
                }
            }
        }

        long sum(int channel) {
            return positive[channel] + negative[channel];
        }

        /** The least accumulator that any input can cause. */
        long least(int channel, int bias) {
            long sum = signed ? -128 * positive[channel] + 127 * negative[channel] : 255 * negative[channel];
            long greatest = signed ? -128 * negative[channel] + 127 * positive[channel] : 255 * positive[channel];
            boolean wraps = bias + sum < Integer.MIN_VALUE || bias + greatest > Integer.MAX_VALUE;
            return wraps ? Integer.MIN_VALUE : bias + sum;
        }
    }
}

package dev.octavo.kernels.machine;

import java.util.ArrayList;
import java.util.List;

/**
 * Output channels that one tile computes together.
 *
 * @param first channel
 * @param channels how many
 * @param vectors accumulators per pixel
 * @param width of the accumulators
 * @param order of the channels in them
 */
record ChannelBlock(int first, int channels, int vectors, VectorWidth width, ChannelOrder order) {
    /** Accumulators of a full block. */
    static final int FULL = 4;

    /**
     * Divides channels into full blocks and a tail with as few accumulators as hold it. Tails narrower than a full block
     * need narrowing stores, which only AVX-512 has.
     *
     * @param bytes whether results are packed to bytes
     */
    static List<ChannelBlock> divide(int channels, InstructionSet set, boolean bytes) {
        int elements = set.width().bytes() / Integer.BYTES;
        int full = FULL * elements;
        List<ChannelBlock> blocks = new ArrayList<>();
        for (int first = 0; first < channels; first += full) {
            int count = Math.min(full, channels - first);
            int needed = (count + elements - 1) / elements;
            int vectors = bytes && set != InstructionSet.AVX512_VNNI ? FULL : needed;
            ChannelOrder order = !bytes
                    ? ChannelOrder.NATURAL
                    : switch (vectors) {
                        case FULL -> ChannelOrder.INTERLEAVED;
                        case 2 -> ChannelOrder.PAIRED;
                        default -> ChannelOrder.NATURAL;
                    };
            blocks.add(new ChannelBlock(first, count, vectors, set.width(), order));
        }
        return blocks;
    }

    /** Divides channels into blocks of one byte per lane, the last of them in vectors as narrow as hold it. */
    static List<ChannelBlock> divideBytes(int channels, InstructionSet set) {
        int full = set.width().bytes();
        List<ChannelBlock> blocks = new ArrayList<>();
        for (int first = 0; first < channels; first += full) {
            int count = Math.min(full, channels - first);
            blocks.add(new ChannelBlock(first, count, FULL, VectorWidth.holding(count), ChannelOrder.INTERLEAVED));
        }
        return blocks;
    }

    /**
     * Divides the channels of each group for sums of floats. Blocks keep within groups: a weight of zero between groups
     * would not leave every sum as it is.
     *
     * @param most accumulators of a block
     */
    static List<ChannelBlock> divideFloats(int channels, int groups, InstructionSet set, int most) {
        int elements = set.width().bytes() / Float.BYTES;
        int perGroup = channels / groups;
        List<ChannelBlock> blocks = new ArrayList<>();
        for (int group = 0; group < groups; group++) {
            for (int within = 0; within < perGroup; within += most * elements) {
                int count = Math.min(most * elements, perGroup - within);
                int vectors = (count + elements - 1) / elements;
                blocks.add(
                        new ChannelBlock(group * perGroup + within, count, vectors, set.width(), ChannelOrder.NATURAL));
            }
        }
        return blocks;
    }

    /** Channels in an accumulator of a block in {@link ChannelOrder#NATURAL} order. */
    int elements(int accumulator) {
        return Math.min(elements(), channels - accumulator * elements());
    }

    /** 32-bit elements of an accumulator. */
    int elements() {
        return width.bytes() / Integer.BYTES;
    }

    /** The channel of the block, from 0, that each 32-bit element of all accumulators holds; −1 for none. */
    int[] channelsByElement() {
        int elements = elements();
        int[] held = new int[vectors * elements];
        for (int i = 0; i < held.length; i++) {
            int channel = order.channel(i / elements, i % elements, elements);
            held[i] = channel < channels ? channel : -1;
        }
        return held;
    }

    /** Whether blocks differ in their first channel alone. */
    boolean sameShape(ChannelBlock other) {
        return channels == other.channels && vectors == other.vectors && width == other.width && order == other.order;
    }
}

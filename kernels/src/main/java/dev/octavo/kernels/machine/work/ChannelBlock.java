package dev.octavo.kernels.machine.work;

import java.util.ArrayList;
import java.util.List;

/**
 * Output channels that one tile computes together.
 *
 * @param first channel
 * @param channels how many
 * @param vectors accumulators per pixel
 * @param vectorBytes bytes of an accumulator
 * @param order of the channels in them
 */
public record ChannelBlock(int first, int channels, int vectors, int vectorBytes, ChannelOrder order) {
    /** Accumulators of a full block. */
    public static final int FULL = 4;

    /**
     * Divides the channels of each group for sums of floats. Blocks keep within groups: a weight of zero between groups
     * would not leave every sum as it is.
     *
     * @param most accumulators of a block
     */
    public static List<ChannelBlock> divideFloats(int channels, int groups, int vectorBytes, int most) {
        int elements = vectorBytes / Float.BYTES;
        int perGroup = channels / groups;
        List<ChannelBlock> blocks = new ArrayList<>();
        for (int group = 0; group < groups; group++) {
            for (int within = 0; within < perGroup; within += most * elements) {
                int count = Math.min(most * elements, perGroup - within);
                int vectors = (count + elements - 1) / elements;
                blocks.add(
                        new ChannelBlock(group * perGroup + within, count, vectors, vectorBytes, ChannelOrder.NATURAL));
            }
        }
        return blocks;
    }

    /** Channels in an accumulator of a block in {@link ChannelOrder#NATURAL} order. */
    public int elements(int accumulator) {
        return Math.min(elements(), channels - accumulator * elements());
    }

    /** 32-bit elements of an accumulator. */
    public int elements() {
        return vectorBytes / Integer.BYTES;
    }

    /** The channel of the block, from 0, that each 32-bit element of all accumulators holds; −1 for none. */
    public int[] channelsByElement() {
        int elements = elements();
        int[] held = new int[vectors * elements];
        for (int i = 0; i < held.length; i++) {
            int channel = order.channel(vectors, i / elements, i % elements, elements);
            held[i] = channel < channels ? channel : -1;
        }
        return held;
    }

    /** Whether blocks differ in their first channel alone. */
    public boolean sameShape(ChannelBlock other) {
        return channels == other.channels
                && vectors == other.vectors
                && vectorBytes == other.vectorBytes
                && order == other.order;
    }
}

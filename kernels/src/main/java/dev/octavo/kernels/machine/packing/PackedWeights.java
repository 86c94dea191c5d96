package dev.octavo.kernels.machine.packing;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.machine.work.ChannelBlock;
import dev.octavo.kernels.machine.work.ConvolutionRuns;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * How the weights of a block of channels are laid out: for each group of four input bytes, for each accumulator one vector; its
 * 32-bit elements hold four weights of one channel. A {@link WeightLayout} may rearrange dense weights, and have words in
 * place of bytes for depthwise ones.
 */
final class PackedWeights {
    private static final int ALIGNMENT = 64;

    private PackedWeights() {}

    /** Reads the weights of a block in groups of 32 bits. */
    private interface Groups {
        /**
         * @param channel of the block, from 0
         * @param run of consecutive groups
         * @param position of the group's first byte in the run
         * @return the weights, the first in the low byte
         */
        int four(int channel, int run, int position);
    }

    /**
     * Packs weights in the order of the runs' bytes.
     *
     * @param weights native
     * @param gather of rows of all runs
     */
    static MemorySegment dense(
            MemorySegment weights,
            ConvolutionRuns runs,
            ChannelBlock block,
            ColumnGather gather,
            SegmentAllocator memory) {
        int length = runs.tapsPerRun() * runs.inputBytes();
        int runCount = runs.offsets().size();
        MemorySegment packed = allocate(runCount * runs.steps(), block, memory);
        long rowBytes = (long) runCount * length;
        MemorySegment rows = weights.asSlice(block.first() * rowBytes);
        int lastGroup = (block.first() + block.channels() - 1) / runs.outputs();
        boolean oneGroup = block.first() / runs.outputs() == lastGroup;
        int gathered = oneGroup ? length / 4 : 0;
        for (int run = 0; run < runCount && gathered > 0; run++) {
            long at = (long) run * runs.steps() * block.vectors() * block.vectorBytes();
            gather.gather(block, rows.asSlice((long) run * length), rowBytes, gathered, packed.asSlice(at));
        }
        pack(
                (channel, run, position) -> {
                    int group = (block.first() + channel) / runs.outputs();
                    int within = position - (group * runs.inputBytes() - runs.firstInput(block));
                    long row = channel * rowBytes + (long) run * length;
                    if (within >= 0 && within + 4 <= length) {
                        return rows.get(ValueLayout.JAVA_INT_UNALIGNED, row + within);
                    }
                    int four = 0;
                    for (int i = 3; i >= 0; i--) {
                        boolean present = within + i >= 0 && within + i < length;
                        four = four << 8 | (present ? rows.get(ValueLayout.JAVA_BYTE, row + within + i) & 0xFF : 0);
                    }
                    return four;
                },
                runCount,
                gathered,
                runs.steps(),
                block,
                packed);
        return packed;
    }

    /**
     * Packs the weights of a depthwise convolution.
     *
     * @param shape its taps
     */
    static MemorySegment depthwise(
            MemorySegment weights,
            ConvolutionShape shape,
            ChannelBlock block,
            WeightLayout layout,
            SegmentAllocator memory) {
        int taps = shape.taps();
        List<int[]> groups = layout.depthwiseGroups(shape);
        MemorySegment packed = allocate(groups.size(), block, memory);
        byte[] rows = weights.asSlice((long) block.first() * taps, (long) block.channels() * taps)
                .toArray(ValueLayout.JAVA_BYTE);
        pack(
                (channel, run, position) -> {
                    int[] group = groups.get(run);
                    int bits = Integer.SIZE / group.length;
                    int filled = 0;
                    for (int i = group.length - 1; i >= 0; i--) {
                        int weight = group[i] < 0 ? 0 : rows[channel * taps + group[i]];
                        filled = filled << bits | (weight & (1 << bits) - 1);
                    }
                    return filled;
                },
                groups.size(),
                0,
                1,
                block,
                packed);
        return packed;
    }

    private static MemorySegment allocate(int groups, ChannelBlock block, SegmentAllocator memory) {
        return memory.allocate((long) groups * block.vectors() * block.vectorBytes(), ALIGNMENT);
    }

    /** Packs groups {@code from} to {@code steps} of every run. */
    private static void pack(Groups groups, int runs, int from, int steps, ChannelBlock block, MemorySegment packed) {
        if (from == steps) {
            return;
        }
        int[] channels = block.channelsByElement();
        int[] group = new int[channels.length];
        for (int run = 0; run < runs; run++) {
            for (int step = from; step < steps; step++) {
                for (int i = 0; i < channels.length; i++) {
                    group[i] = channels[i] >= 0 ? groups.four(channels[i], run, 4 * step) : 0;
                }
                long at = ((long) run * steps + step) * group.length * Integer.BYTES;
                MemorySegment.copy(group, 0, packed, ValueLayout.JAVA_INT, at, group.length);
            }
        }
    }
}

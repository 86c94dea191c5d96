package dev.octavo.kernels.machine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How the weights of a block of channels are laid out: for each group of four input bytes, for each accumulator one vector; its
 * 32-bit elements hold four weights of one channel. Without a dot product of bytes {@link WordPairs} follow the same, and for
 * depthwise convolutions it is two vectors: the first and third weight as words, and the second and fourth.
 */
final class PackedWeights {
    private static final int ALIGNMENT = 64;

    private PackedWeights() {}

    /** Reads the weights of a block in groups of four. */
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
     */
    static MemorySegment dense(
            MemorySegment weights,
            ConvolutionRuns runs,
            ChannelBlock block,
            InstructionSet set,
            SegmentAllocator memory) {
        int length = runs.tapsPerRun() * runs.inputBytes();
        long[] rows = new long[block.channels()];
        int[] shifts = new int[block.channels()];
        for (int c = 0; c < rows.length; c++) {
            int channel = block.first() + c;
            rows[c] = (long) channel * runs.offsets().size() * length;
            shifts[c] = channel / runs.outputs() * runs.inputBytes() - runs.firstInput(block);
        }
        if (!set.dotProducts()) {
            try (Arena arena = Arena.ofConfined()) {
                return WordPairs.of(dense(weights, runs, block, rows, shifts, arena), runs.steps(), block, memory);
            }
        }
        return dense(weights, runs, block, rows, shifts, memory);
    }

    private static MemorySegment dense(
            MemorySegment weights,
            ConvolutionRuns runs,
            ChannelBlock block,
            long[] rows,
            int[] shifts,
            SegmentAllocator memory) {
        int length = runs.tapsPerRun() * runs.inputBytes();
        MemorySegment packed = allocate(runs.offsets().size() * runs.steps(), block, 1, memory);
        boolean aligned = IntStream.of(shifts).allMatch(shift -> shift == 0);
        int gathered = aligned ? length / 4 : 0;
        for (int run = 0; run < runs.offsets().size() && gathered > 0; run++) {
            long at =
                    (long) run * runs.steps() * block.vectors() * block.width().bytes();
            gather(weights.asSlice((long) run * length), rows, gathered, block, packed.asSlice(at));
        }
        pack(
                (channel, run, position) -> {
                    int within = position - shifts[channel];
                    long row = rows[channel] + (long) run * length;
                    if (within >= 0 && within + 4 <= length) {
                        return weights.get(ValueLayout.JAVA_INT_UNALIGNED, row + within);
                    }
                    int four = 0;
                    for (int i = 3; i >= 0; i--) {
                        boolean present = within + i >= 0 && within + i < length;
                        four = four << 8 | (present ? weights.get(ValueLayout.JAVA_BYTE, row + within + i) & 0xFF : 0);
                    }
                    return four;
                },
                runs.offsets().size(),
                gathered,
                runs.steps(),
                block,
                1,
                packed);
        return packed;
    }

    /**
     * Packs the weights of a depthwise convolution.
     *
     * @param taps of a channel
     * @param quads the four taps of each group, −1 for none
     */
    static MemorySegment depthwise(
            MemorySegment weights,
            int taps,
            List<int[]> quads,
            ChannelBlock block,
            InstructionSet set,
            SegmentAllocator memory) {
        int parts = set.dotProducts() ? 1 : 2;
        MemorySegment packed = allocate(quads.size(), block, parts, memory);
        byte[] rows = weights.asSlice((long) block.first() * taps, (long) block.channels() * taps)
                .toArray(ValueLayout.JAVA_BYTE);
        pack(
                (channel, run, position) -> {
                    int four = 0;
                    for (int i = 3; i >= 0; i--) {
                        int tap = quads.get(run)[i];
                        four = four << 8 | (tap < 0 ? 0 : rows[channel * taps + tap] & 0xFF);
                    }
                    return four;
                },
                quads.size(),
                0,
                1,
                block,
                parts,
                packed);
        return packed;
    }

    private static MemorySegment allocate(int groups, ChannelBlock block, int parts, SegmentAllocator memory) {
        return memory.allocate(
                (long) groups * parts * block.vectors() * block.width().bytes(), ALIGNMENT);
    }

    /**
     * The first 32-bit elements of the rows of a block, by columns.
     *
     * @param rows where the row of each channel begins, in bytes
     * @param count elements of each row
     * @param packed a vector per accumulator for each column
     */
    static void gather(MemorySegment weights, long[] rows, int count, ChannelBlock block, MemorySegment packed) {
        long[] places = new long[2 * rows.length];
        int next = 0;
        for (int i = 0; i < block.vectors() * block.elements(); i++) {
            int channel = block.order().channel(i / block.elements(), i % block.elements(), block.elements());
            if (channel < rows.length) {
                places[next++] = rows[channel];
                places[next++] = (long) i * Integer.BYTES;
            }
        }
        long columnBytes = (long) block.vectors() * block.width().bytes();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment table = arena.allocateFrom(ValueLayout.JAVA_LONG, places);
            WeightRoutines.loaded().gather(weights, table, packed, count, columnBytes);
        }
    }

    /** Packs groups {@code from} to {@code steps} of every run, as one vector of bytes or two of words. */
    private static void pack(
            Groups groups, int runs, int from, int steps, ChannelBlock block, int parts, MemorySegment packed) {
        int elements = block.elements();
        int[] channels = new int[block.vectors() * elements];
        for (int i = 0; i < channels.length; i++) {
            channels[i] = block.order().channel(i / elements, i % elements, elements);
        }
        int[] group = new int[parts * channels.length];
        for (int run = 0; run < runs; run++) {
            for (int step = from; step < steps; step++) {
                for (int i = 0; i < channels.length; i++) {
                    int four = channels[i] < block.channels() ? groups.four(channels[i], run, 4 * step) : 0;
                    if (parts == 1) {
                        group[i] = four;
                    } else {
                        int first = i / elements * 2 * elements + i % elements;
                        group[first] = words(four);
                        group[first + elements] = words(four >> 8);
                    }
                }
                long at = ((long) run * steps + step) * group.length * Integer.BYTES;
                MemorySegment.copy(group, 0, packed, ValueLayout.JAVA_INT, at, group.length);
            }
        }
    }

    /** The first and third byte as words. */
    private static int words(int four) {
        return (byte) (four >> 16) << 16 | ((byte) four & 0xFFFF);
    }
}

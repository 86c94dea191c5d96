package dev.octavo.kernels.machine.packing;

import dev.octavo.kernels.machine.work.ChannelBlock;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Lays the rows of blocks out by columns of 32 bits, each a vector per accumulator. Where elements come from and go to is the same
 * for all blocks of a shape, so that the table for it is made once per shape.
 */
final class ColumnGather {
    private final WeightLoops loops;
    private final Arena arena;
    private @Nullable ChannelBlock shape;
    private long rowBytes;
    private MemorySegment places = MemorySegment.NULL;

    /**
     * @param arena owns the tables
     */
    ColumnGather(WeightLoops loops, Arena arena) {
        this.loops = loops;
        this.arena = arena;
    }

    /**
     * The first elements of the rows of a block.
     *
     * @param rows native, from the first element of the block's first row on
     * @param bytes from the row of a channel to the next channel's
     * @param count elements of each row
     * @param columns where the first column begins
     */
    void gather(ChannelBlock block, MemorySegment rows, long bytes, int count, MemorySegment columns) {
        if (shape == null || !shape.sameShape(block) || rowBytes != bytes) {
            shape = block;
            rowBytes = bytes;
            places = places(block);
        }
        long columnBytes = (long) block.vectors() * block.vectorBytes();
        loops.gather(rows, places, columns, count, columnBytes);
    }

    private MemorySegment places(ChannelBlock block) {
        int[] channels = block.channelsByElement();
        long[] table = new long[2 * block.channels()];
        int next = 0;
        for (int i = 0; i < channels.length; i++) {
            if (channels[i] >= 0) {
                table[next++] = channels[i] * rowBytes;
                table[next++] = (long) i * Integer.BYTES;
            }
        }
        return arena.allocateFrom(ValueLayout.JAVA_LONG, table);
    }
}

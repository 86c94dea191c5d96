package dev.octavo.kernels.machine.packing;

import java.lang.foreign.MemorySegment;

/**
 * Loops over the weights of a model while it is opened: a model has millions of them, and a JVM that just started would
 * interpret such loops.
 */
public interface WeightLoops {
    /** Bytes of a row that are summed at a time. */
    int SUMMED_BYTES = 32;

    /**
     * Lays rows out by columns of 32 bits.
     *
     * @param rows the first row's first element
     * @param places two longs per row: where it begins, in bytes from {@code rows}, and where its elements go, in bytes from
     *     the beginning of a column
     * @param columns where the first column begins
     * @param count how many columns
     * @param columnBytes from one column to the next
     */
    void gather(MemorySegment rows, MemorySegment places, MemorySegment columns, int count, long columnBytes);

    /**
     * Sums bytes.
     *
     * @param rows of {@code rowBytes} each
     * @param count how many rows
     * @param bytes of each row that are summed, a positive multiple of {@link #SUMMED_BYTES}
     * @param results two ints per row: the sum of all, and the sum of those above zero
     */
    void sum(MemorySegment rows, int count, long rowBytes, long bytes, MemorySegment results);
}

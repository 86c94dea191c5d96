package dev.octavo.kernels.machine.work;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * What an emitted kernel does, item by item: offsets into the plan's memory, addresses of packed constants, and which of its
 * code variants to run. A kernel's units are its items, so that any range of them can run anywhere.
 */
public final class WorkList {
    /** Bytes of an item. */
    public static final int ITEM_BYTES = 72;

    private static final int ITEM_LONGS = ITEM_BYTES / Long.BYTES;

    public static final int INPUT = 0;
    public static final int OUTPUT = 8;
    public static final int RESIDUAL = 16;
    public static final int WEIGHTS = 24;
    public static final int CONSTANTS = 32;
    public static final int COUNT = 40;
    public static final int VARIANT = 48;
    /** Field: address of a {@link RunTable}, or 0; code that needs it reads it from the item. */
    public static final int RUNS = 56;
    /** Field: address of the weights to prefetch, or 0; read as {@link #RUNS} is. */
    public static final int AHEAD = 64;

    /**
     * @param input offset in memory
     * @param output offset in memory
     * @param residual offset in memory
     * @param weights address
     * @param constants address
     * @param count repetitions, at least 1
     * @param variant index of the code that serves this item
     * @param runs address of a {@link RunTable}, or 0
     * @param ahead address of the weights to prefetch, or 0
     */
    public record Item(
            long input,
            long output,
            long residual,
            long weights,
            long constants,
            int count,
            int variant,
            long runs,
            long ahead) {
        /** An item that is no sum over runs. */
        public Item(long input, long output, long residual, long weights, long constants, int count, int variant) {
            this(input, output, residual, weights, constants, count, variant, 0, 0);
        }

        /** Returns this work on places that lie further on. */
        public Item moved(long inputBytes, long outputBytes, long residualBytes) {
            return new Item(
                    input + inputBytes,
                    output + outputBytes,
                    residual + residualBytes,
                    weights,
                    constants,
                    count,
                    variant,
                    runs,
                    ahead);
        }
    }

    private final List<Item> items = new ArrayList<>();

    public void add(Item item) {
        items.add(item);
    }

    public int size() {
        return items.size();
    }

    /** Lays the fields of the items out one after the other, as emitted code reads them. */
    public MemorySegment allocate(Arena arena) {
        long[] fields = new long[items.size() * ITEM_LONGS];
        for (int i = 0; i < items.size(); i++) {
            Item item = items.get(i);
            int at = i * ITEM_LONGS;
            fields[at + INPUT / Long.BYTES] = item.input;
            fields[at + OUTPUT / Long.BYTES] = item.output;
            fields[at + RESIDUAL / Long.BYTES] = item.residual;
            fields[at + WEIGHTS / Long.BYTES] = item.weights;
            fields[at + CONSTANTS / Long.BYTES] = item.constants;
            fields[at + COUNT / Long.BYTES] = item.count;
            fields[at + VARIANT / Long.BYTES] = item.variant;
            fields[at + RUNS / Long.BYTES] = item.runs;
            fields[at + AHEAD / Long.BYTES] = item.ahead;
        }
        MemorySegment memory = arena.allocate((long) ITEM_BYTES * items.size(), Long.BYTES);
        MemorySegment.copy(fields, 0, memory, ValueLayout.JAVA_LONG, 0, fields.length);
        return memory;
    }
}

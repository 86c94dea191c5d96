package dev.octavo.kernels.machine.x86;

import dev.octavo.kernels.machine.packing.StepGroups;
import dev.octavo.kernels.machine.work.ConvolutionRuns;
import dev.octavo.kernels.machine.work.PixelGrid.Region;
import dev.octavo.kernels.machine.work.PixelGrid.TileRun;
import dev.octavo.kernels.machine.x86.TapParts.Part;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Where the inputs of a block's groups lie, as data that items point to: it differs by block, and by how many rows of taps the
 * windows of a region leave out.
 *
 * <p>The table begins with addresses of lists, one for each part of the columns of taps ({@link #slot}). A list holds, for each
 * kind of group, a count as int32 and as many entries: the offset of the weights, and that of each step's input from the window's
 * first byte, as int32.
 */
final class GroupTable {
    private final ConvolutionRuns runs;
    private final long[] offsets;
    private final Arena arena;

    /**
     * @param arena owns the tables
     */
    GroupTable(ConvolutionRuns runs, Arena arena) {
        this.runs = runs;
        this.offsets = runs.offsets().stream().mapToLong(Long::longValue).toArray();
        this.arena = arena;
    }

    /** Returns the offset of a list's address in the table. */
    static int slot(Part part, int taps) {
        int index = part.isWhole(taps) ? 0 : 1 + part.first() * (taps + 1) + part.end();
        return index * Long.BYTES;
    }

    /**
     * Writes the table of a block and returns its address.
     *
     * @param region whose tiles decide which lists are needed, and whose windows which rows
     */
    long write(StepGroups groups, Region region) {
        int taps = runs.tapsPerRun();
        long[] lists = new long[1 + (taps + 1) * (taps + 1)];
        for (TileRun run : region.tiles()) {
            for (Part part : TapParts.of(run.pixels(), taps)) {
                int index = slot(part, taps) / Long.BYTES;
                if (lists[index] == 0 && !part.pixels().isEmpty()) {
                    lists[index] = arena.allocateFrom(ValueLayout.JAVA_INT, list(groups, region, part))
                            .address();
                }
            }
        }
        return arena.allocateFrom(ValueLayout.JAVA_LONG, lists).address();
    }

    private int[] list(StepGroups groups, Region region, Part part) {
        boolean all = part.isWhole(runs.tapsPerRun()) && region.skip().isNone();
        int stepsPerTap = runs.steps() / runs.tapsPerRun();
        int firstRun = region.skip().first();
        int lastRun = offsets.length - 1 - region.skip().last();
        int[] list = new int[WordGroups.KINDS.length + groups.count() * (1 + GroupRoutines.LARGEST)];
        int end = 0;
        int group = 0;
        for (int kind : WordGroups.KINDS) {
            int count = end++;
            for (; group < groups.count() && groups.kind(group) == kind; group++) {
                if (!all) {
                    int run = groups.step(group, 0) / runs.steps();
                    int tap = groups.step(group, 0) % runs.steps() / stepsPerTap;
                    if (run < firstRun || run > lastRun || tap < part.first() || tap >= part.end()) {
                        continue;
                    }
                }
                list[count]++;
                list[end++] = groups.weights(group);
                for (int i = 0; i < Math.max(1, kind); i++) {
                    int step = groups.step(group, i);
                    list[end++] = offset(offsets[step / runs.steps()] + step % runs.steps() * 4L);
                }
            }
        }
        return Arrays.copyOf(list, end);
    }

    /** Emitted code extends offsets with zeros. */
    private static int offset(long offset) {
        if (offset < 0 || offset > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a window of " + offset + " bytes is too large for emitted code");
        }
        return (int) offset;
    }
}

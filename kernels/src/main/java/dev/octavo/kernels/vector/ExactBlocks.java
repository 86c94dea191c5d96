package dev.octavo.kernels.vector;

import dev.octavo.kernels.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The elements of a window in blocks short enough for float sums of their products to be exact: no sum passes 2^24.
 *
 * @param blocks in the order of the weights
 */
record ExactBlocks(List<Block> blocks) {
    /**
     * Pieces of contiguous elements.
     *
     * @param first index of the block's first element among all of the window
     * @param depth elements of the block
     * @param offsets of the pieces from the first tap, in bytes
     * @param lengths of the pieces
     */
    record Block(int first, int depth, long[] offsets, int[] lengths) {}

    /** How many products of bytes a float sums exactly: 514·255·128 and 1024·128·128 are at most 2^24. */
    static int mostDepth(ElementType type) {
        return type == ElementType.UINT8 ? 514 : 1024;
    }

    /** Blocks of about equal depth. */
    static ExactBlocks of(Runs runs, ElementType type) {
        int depth = runs.depth();
        int count = (depth + mostDepth(type) - 1) / mostDepth(type);
        int most = (depth + count - 1) / count;
        List<Block> blocks = new ArrayList<>();
        for (int first = 0; first < depth; first += most) {
            blocks.add(block(runs, first, Math.min(depth, first + most)));
        }
        return new ExactBlocks(List.copyOf(blocks));
    }

    private static Block block(Runs runs, int first, int end) {
        int firstRun = first / runs.length();
        int endRun = (end - 1) / runs.length() + 1;
        long[] offsets = Arrays.copyOfRange(runs.offsets(), firstRun, endRun);
        int[] lengths = new int[offsets.length];
        for (int i = 0; i < lengths.length; i++) {
            int run = (firstRun + i) * runs.length();
            int from = Math.max(first, run);
            offsets[i] += from - run;
            lengths[i] = Math.min(end, run + runs.length()) - from;
        }
        return new Block(first, end - first, offsets, lengths);
    }

    /** Elements of the deepest block. */
    int depth() {
        return blocks.getFirst().depth();
    }
}

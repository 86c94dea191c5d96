package dev.octavo.kernels.machine.packing;

/**
 * The order in which tiles take the steps of a block, where that is not the order of the inputs: groups of steps whose products are
 * summed together. Steps are numbered run by run; a step may occur in several groups, with a part of its weights in each.
 */
public final class StepGroups {
    /** The kind of a group that is one step, whose weights are words. */
    public static final int WORDS = 0;

    private final int[] kinds;
    private final int[] weights;
    private final int[] firsts;
    private final int[] steps;

    /**
     * Creates the order; arrays are not copied.
     *
     * @param kinds of each group: how many steps it has, or {@link #WORDS}
     * @param weights of each group: offset of its weights from those of the block, in bytes
     * @param firsts of each group: index in {@code steps} of its first
     * @param steps of all groups
     */
    public StepGroups(int[] kinds, int[] weights, int[] firsts, int[] steps) {
        this.kinds = kinds;
        this.weights = weights;
        this.firsts = firsts;
        this.steps = steps;
    }

    /** Returns how many groups there are. */
    public int count() {
        return kinds.length;
    }

    /** Returns how many steps a group has, or {@link #WORDS}. */
    public int kind(int group) {
        return kinds[group];
    }

    /** Returns the offset of a group's weights from those of the block, in bytes. */
    public int weights(int group) {
        return weights[group];
    }

    /** Returns the number of a group's step. */
    public int step(int group, int index) {
        return steps[firsts[group] + index];
    }
}

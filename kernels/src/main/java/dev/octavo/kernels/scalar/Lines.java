package dev.octavo.kernels.scalar;

import dev.octavo.kernels.TensorView;

/** A tensor taken as lines along one dimension, in the order of the others. */
final class Lines {
    private Lines() {}

    /** How many lines there are. */
    static int count(TensorView view, int axis) {
        return Math.toIntExact(view.elements() / view.size(axis));
    }

    /** Where a line begins, in bytes from the start of memory. */
    static long offset(TensorView view, int axis, int line) {
        long offset = view.offset();
        int index = line;
        for (int d = view.rank() - 1; d >= 0; d--) {
            if (d != axis) {
                offset += index % view.size(d) * view.stride(d);
                index /= view.size(d);
            }
        }
        return offset;
    }
}

package dev.octavo.kernels.scalar;

import dev.octavo.kernels.TensorView;

/** A tensor taken as rows along its last dimension, in the order of the dimensions before it. */
final class Rows {
    private Rows() {}

    /** How many rows there are. */
    static int count(TensorView view) {
        return Math.toIntExact(view.elements() / length(view));
    }

    /** Elements in a row. */
    static int length(TensorView view) {
        return view.rank() == 0 ? 1 : view.size(view.rank() - 1);
    }

    /** Bytes from one element of a row to the next. */
    static long step(TensorView view) {
        return view.rank() == 0 ? 0 : view.stride(view.rank() - 1);
    }

    /** Where a row begins, in bytes from the start of memory. */
    static long offset(TensorView view, int row) {
        long offset = view.offset();
        int index = row;
        for (int d = view.rank() - 2; d >= 0; d--) {
            offset += index % view.size(d) * view.stride(d);
            index /= view.size(d);
        }
        return offset;
    }

    /** The index along dimension 1 of element {@code i} of a row, in a tensor with at least two dimensions; else 0. */
    static int channel(TensorView view, int row, int i) {
        if (view.rank() <= 2) {
            return view.rank() == 2 ? i : 0;
        }
        int index = row;
        for (int d = view.rank() - 2; d > 1; d--) {
            index /= view.size(d);
        }
        return index % view.size(1);
    }
}

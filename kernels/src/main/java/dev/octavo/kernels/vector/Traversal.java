package dev.octavo.kernels.vector;

import dev.octavo.kernels.TensorView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An order in which to visit the elements of several views of one shape at once: rows that are as long as they can be,
 * along the dimension that is innermost in the memory of the first view, each cut into pieces that are units of work.
 */
final class Traversal {
    /** Elements in a piece; a multiple of every vector's lanes, enough to make the visit of a piece cheap. */
    private static final int PIECE = 4096;

    private final long[] origins;
    private final int[] sizes;
    private final long[][] strides;
    private final int length;
    private final long[] steps;
    private final int pieces;

    private Traversal(long[] origins, int[] sizes, long[][] strides, int length, long[] steps) {
        this.origins = origins;
        this.sizes = sizes;
        this.strides = strides;
        this.length = length;
        this.steps = steps;
        this.pieces = (length + PIECE - 1) / PIECE;
    }

    /** Over views of the same shape. */
    static Traversal of(TensorView... views) {
        TensorView first = views[0];
        int[] order = IntStream.range(0, first.rank())
                .filter(d -> first.size(d) > 1)
                .boxed()
                .sorted(Comparator.comparingLong((Integer d) -> Math.abs(first.stride(d)))
                        .reversed())
                .mapToInt(Integer::intValue)
                .toArray();
        List<Integer> sizes = new ArrayList<>();
        List<long[]> strides = new ArrayList<>();
        for (int d : order) {
            long[] own = Arrays.stream(views).mapToLong(view -> view.stride(d)).toArray();
            int last = sizes.size() - 1;
            if (last >= 0 && spans(strides.get(last), own, first.size(d))) {
                sizes.set(last, sizes.get(last) * first.size(d));
                strides.set(last, own);
            } else {
                sizes.add(first.size(d));
                strides.add(own);
            }
        }
        long[] origins = Arrays.stream(views).mapToLong(TensorView::offset).toArray();
        if (sizes.isEmpty()) {
            long[] steps =
                    Arrays.stream(views).mapToLong(view -> view.type().bytes()).toArray();
            return new Traversal(origins, new int[0], new long[0][], 1, steps);
        }
        int length = sizes.removeLast();
        long[] steps = strides.removeLast();
        return new Traversal(
                origins,
                sizes.stream().mapToInt(Integer::intValue).toArray(),
                strides.toArray(long[][]::new),
                length,
                steps);
    }

    private static boolean spans(long[] outer, long[] inner, int size) {
        for (int v = 0; v < outer.length; v++) {
            if (outer[v] != inner[v] * size) {
                return false;
            }
        }
        return true;
    }

    /** Whether the rows of every view are contiguous. */
    boolean contiguous(TensorView... views) {
        for (int v = 0; v < views.length; v++) {
            if (steps[v] != views[v].type().bytes()) {
                return false;
            }
        }
        return true;
    }

    /** Bytes from one element of a row to the next in a view. */
    long step(int view) {
        return steps[view];
    }

    /** Elements in a row. */
    int length() {
        return length;
    }

    /** How many pieces there are. */
    int units() {
        int rows = 1;
        for (int size : sizes) {
            rows = Math.multiplyExact(rows, size);
        }
        return Math.multiplyExact(rows, pieces);
    }

    /** Elements in a piece. */
    int length(int unit) {
        return Math.min(PIECE, length - first(unit));
    }

    /** Index within its row of the first element of a piece. */
    int first(int unit) {
        return unit % pieces * PIECE;
    }

    /** Where a piece begins in a view, in bytes from the start of memory. */
    long offset(int view, int unit) {
        long offset = origins[view] + first(unit) * steps[view];
        int index = unit / pieces;
        for (int d = sizes.length - 1; d >= 0; d--) {
            offset += index % sizes[d] * strides[d][view];
            index /= sizes[d];
        }
        return offset;
    }
}

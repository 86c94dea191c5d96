package dev.octavo.kernels.machine.work;

import dev.octavo.kernels.TensorView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Tensors of one shape as lines of elements that lie next to each other in all of them. Dimensions are taken in the order of the
 * first tensor's strides, and merged where every tensor steps evenly.
 */
public final class Lines {
    /** Elements of a piece, about: a long line is divided so that threads can share it. */
    private static final int PIECE = 8192;

    /**
     * Equal lines one after the other.
     *
     * @param offsets of the first line in each tensor
     * @param length elements of a line
     * @param count how many lines
     */
    public record Piece(long[] offsets, int length, int count) {}

    private record Axis(int size, long[] strides) {}

    private final List<Piece> pieces = new ArrayList<>();
    private final long[] steps;
    private final long[] elementSteps;

    private Lines(long[] steps, long[] elementSteps) {
        this.steps = steps;
        this.elementSteps = elementSteps;
    }

    /**
     * Finds the lines.
     *
     * @param unit what a line may be divided into, such as a pixel's channels
     * @param views the tensor that is written first
     * @return empty if neighbours in one tensor are not neighbours in another
     */
    public static Optional<Lines> of(int unit, List<TensorView> views) {
        return of(unit, views, 0);
    }

    /** Finds lines whose elements lie next to each other in the inputs, and evenly apart in the output. */
    public static Optional<Lines> scattered(List<TensorView> views) {
        return of(1, views, 1);
    }

    /** Finds lines whose elements lie evenly apart in every tensor. */
    public static Lines even(List<TensorView> views) {
        return of(1, views, views.size()).orElseThrow();
    }

    /**
     * @param firstDense the first of the views in which neighbours must be neighbours
     */
    private static Optional<Lines> of(int unit, List<TensorView> views, int firstDense) {
        List<Axis> axes = merge(views);
        Axis inner = axes.removeLast();
        for (int v = firstDense; v < views.size(); v++) {
            if (inner.size > 1 && inner.strides[v] != views.get(v).type().bytes()) {
                return Optional.empty();
            }
        }
        if (inner.size % unit != 0) {
            return Optional.empty();
        }
        Axis middle = axes.isEmpty() ? new Axis(1, new long[views.size()]) : axes.removeLast();
        Lines lines = new Lines(middle.strides, inner.strides);
        long[] offsets = views.stream().mapToLong(TensorView::offset).toArray();
        lines.enumerate(axes, offsets, inner, middle, Math.max(1, PIECE / unit) * unit);
        return Optional.of(lines);
    }

    /** Bytes from one element of a line to the next in a tensor. */
    public long elementStep(int tensor) {
        return elementSteps[tensor];
    }

    public List<Piece> pieces() {
        return pieces;
    }

    /** Bytes from one line of a piece to the next, in each tensor. */
    public long[] steps() {
        return steps.clone();
    }

    private void enumerate(List<Axis> outer, long[] offsets, Axis inner, Axis middle, int pieceLength) {
        if (!outer.isEmpty()) {
            Axis axis = outer.getFirst();
            for (int i = 0; i < axis.size; i++) {
                enumerate(outer.subList(1, outer.size()), moved(offsets, axis, i), inner, middle, pieceLength);
            }
            return;
        }
        for (int from = 0; from < inner.size; from += pieceLength) {
            int length = Math.min(pieceLength, inner.size - from);
            int together = Math.max(1, PIECE / length);
            for (int line = 0; line < middle.size; line += together) {
                long[] start = moved(moved(offsets, middle, line), inner, from);
                pieces.add(new Piece(start, length, Math.min(together, middle.size - line)));
            }
        }
    }

    private static long[] moved(long[] offsets, Axis axis, long count) {
        long[] moved = offsets.clone();
        for (int v = 0; v < moved.length; v++) {
            moved[v] += count * axis.strides[v];
        }
        return moved;
    }

    private static List<Axis> merge(List<TensorView> views) {
        TensorView first = views.getFirst();
        List<Axis> axes = new ArrayList<>();
        for (int d = 0; d < first.rank(); d++) {
            int dimension = d;
            if (first.size(d) > 1) {
                axes.add(new Axis(
                        first.size(d),
                        views.stream().mapToLong(view -> view.stride(dimension)).toArray()));
            }
        }
        axes.sort(Comparator.comparingLong((Axis axis) -> axis.strides[0]).reversed());
        List<Axis> merged = new ArrayList<>();
        for (Axis axis : axes) {
            if (!merged.isEmpty() && continues(merged.getLast(), axis)) {
                Axis outer = merged.removeLast();
                merged.add(new Axis(outer.size * axis.size, axis.strides));
            } else {
                merged.add(axis);
            }
        }
        if (merged.isEmpty()) {
            merged.add(new Axis(1, new long[views.size()]));
        }
        return merged;
    }

    private static boolean continues(Axis outer, Axis inner) {
        for (int v = 0; v < outer.strides.length; v++) {
            if (outer.strides[v] != inner.size * inner.strides[v]) {
                return false;
            }
        }
        return true;
    }
}

package dev.octavo.runtime.plan;

import dev.octavo.kernels.TensorView;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Other ways to see the elements of a {@link TensorView}, without moving them. */
final class Views {
    private Views() {}

    /** Returns a view {@code bytes} further on. */
    static TensorView shifted(TensorView view, long bytes) {
        return TensorView.of(view.type(), view.offset() + bytes, view.shape(), view.strides());
    }

    /** [N, C] as [N, C, 1, 1], [N, C, L] as [N, C, 1, L]; [N, C, H, W] as it is. */
    static TensorView featureMap(TensorView view) {
        return switch (view.rank()) {
            case 2 ->
                TensorView.of(view.type(), view.offset(), featureShape(view.shape()), new long[] {
                    view.stride(0), view.stride(1), view.stride(0), view.stride(0)
                });
            case 3 ->
                TensorView.of(view.type(), view.offset(), featureShape(view.shape()), new long[] {
                    view.stride(0), view.stride(1), view.stride(0), view.stride(2)
                });
            case 4 -> view;
            default -> throw new IllegalArgumentException(view + " is no feature map: its rank must be 2, 3 or 4");
        };
    }

    /** The shape of {@link #featureMap}. */
    static int[] featureShape(int[] shape) {
        return switch (shape.length) {
            case 2 -> new int[] {shape[0], shape[1], 1, 1};
            case 3 -> new int[] {shape[0], shape[1], 1, shape[2]};
            case 4 -> shape.clone();
            default ->
                throw new IllegalArgumentException(
                        Arrays.toString(shape) + " is no feature map: its rank must be 2, 3 or 4");
        };
    }

    /** A feature map seen as a tensor of rank 2, 3 or 4: the inverse of {@link #featureMap}. */
    static TensorView ofRank(TensorView featureMap, int rank) {
        int[] shape = featureMap.shape();
        long[] strides = featureMap.strides();
        return switch (rank) {
            case 2 ->
                TensorView.of(
                        featureMap.type(), featureMap.offset(), Arrays.copyOf(shape, 2), Arrays.copyOf(strides, 2));
            case 3 ->
                TensorView.of(
                        featureMap.type(), featureMap.offset(), new int[] {shape[0], shape[1], shape[3]}, new long[] {
                            strides[0], strides[1], strides[3]
                        });
            default -> featureMap;
        };
    }

    /** Every {@code steps[d]}-th element of each dimension from {@code starts[d]} on. */
    static TensorView sliced(TensorView view, List<Integer> starts, List<Integer> steps, int[] shape) {
        long offset = view.offset();
        long[] strides = view.strides();
        for (int d = 0; d < strides.length; d++) {
            offset += starts.get(d) * strides[d];
            if (shape[d] > 1) {
                strides[d] *= steps.get(d);
            }
        }
        return TensorView.of(view.type(), offset, shape, strides);
    }

    /** The view with an extent of 1 put in at each of the axes, which are in ascending order. */
    static TensorView expanded(TensorView view, List<Integer> axes) {
        int rank = view.rank() + axes.size();
        int[] shape = new int[rank];
        long[] strides = new long[rank];
        int from = 0;
        for (int d = 0; d < rank; d++) {
            boolean added = axes.contains(d);
            shape[d] = added ? 1 : view.size(from);
            strides[d] = added ? view.type().bytes() : view.stride(from++);
        }
        return TensorView.of(view.type(), view.offset(), shape, strides);
    }

    /**
     * Returns a view of another shape over the elements in the order of the dimensions; empty where strides cannot express
     * it.
     */
    static Optional<TensorView> reshaped(TensorView view, int[] shape) {
        if (view.elements() != TensorView.contiguous(view.type(), 0, shape).elements()) {
            throw new IllegalArgumentException(view + " has no shape " + Arrays.toString(shape));
        }
        int[] old = longer(view.shape());
        int[] wanted = longer(shape);
        long[] strides = new long[shape.length];
        Arrays.fill(strides, view.type().bytes());
        int from = 0;
        int to = 0;
        while (from < old.length) {
            // The shortest runs of old and of new dimensions that hold equally many elements.
            int fromEnd = from + 1;
            int toEnd = to + 1;
            long oldElements = view.size(old[from]);
            long newElements = shape[wanted[to]];
            while (oldElements != newElements) {
                if (oldElements < newElements) {
                    oldElements *= view.size(old[fromEnd++]);
                } else {
                    newElements *= shape[wanted[toEnd++]];
                }
            }
            for (int d = from + 1; d < fromEnd; d++) {
                if (view.stride(old[d - 1]) != view.stride(old[d]) * view.size(old[d])) {
                    return Optional.empty();
                }
            }
            long stride = view.stride(old[fromEnd - 1]);
            for (int d = toEnd - 1; d >= to; d--) {
                strides[wanted[d]] = stride;
                stride *= shape[wanted[d]];
            }
            from = fromEnd;
            to = toEnd;
        }
        return Optional.of(TensorView.of(view.type(), view.offset(), shape, strides));
    }

    /** The dimensions that are longer than 1. */
    private static int[] longer(int[] shape) {
        return IntStream.range(0, shape.length).filter(d -> shape[d] != 1).toArray();
    }
}

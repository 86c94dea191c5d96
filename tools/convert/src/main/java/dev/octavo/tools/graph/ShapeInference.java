package dev.octavo.tools.graph;

import java.util.Arrays;
import java.util.List;

/**
 * The shapes of results, from the shapes of operands. Every shape that does not fit gives a {@link GraphException} that
 * says why; the caller knows, and adds, the node.
 */
public final class ShapeInference {
    private ShapeInference() {}

    /** Product of extents, at most 2^31 − 1. */
    public static int elements(int... shape) {
        long elements = 1;
        for (int size : shape) {
            elements *= size;
            if (size < 0 || elements > Integer.MAX_VALUE) {
                throw new GraphException("the shape " + Arrays.toString(shape) + " has more than 2^31 elements");
            }
        }
        return (int) elements;
    }

    /** An axis counted from 0; negative ones count from the end. */
    public static int axis(long axis, int rank) {
        if (axis < -rank || axis >= rank) {
            throw new GraphException("axis " + axis + " does not exist in " + rank + " dimensions");
        }
        return (int) (axis < 0 ? axis + rank : axis);
    }

    /** An index counted from 0; negative ones count from the end. */
    public static int index(long index, int size) {
        if (index < -size || index >= size) {
            throw new GraphException("index " + index + " does not exist in a dimension of " + size);
        }
        return (int) (index < 0 ? index + size : index);
    }

    /** The smallest shape to which all repeat: dimensions are aligned at the end, and those of 1 or missing repeat. */
    public static int[] broadcast(int[] left, int[] right) {
        int rank = Math.max(left.length, right.length);
        int[] shape = new int[rank];
        for (int d = 1; d <= rank; d++) {
            int a = d > left.length ? 1 : left[left.length - d];
            int b = d > right.length ? 1 : right[right.length - d];
            if (a != b && a != 1 && b != 1) {
                throw new GraphException(Arrays.toString(left) + " and " + Arrays.toString(right)
                        + " cannot be broadcast: " + a + " is not " + b);
            }
            shape[rank - d] = a == 1 ? b : a;
        }
        elements(shape);
        return shape;
    }

    /** [N, C, H, W] or [N, C, L] under a window. */
    public static int[] convolution(int[] input, Window window, FloatTensor weights) {
        int groups = window.shape().groups();
        if (input.length != 3 && input.length != 4) {
            throw new GraphException(
                    "a convolution of " + Arrays.toString(input) + " has no 1 or 2 spatial dimensions");
        }
        if (weights.size(0) % groups != 0 || (long) weights.size(1) * groups != input[1]) {
            throw new GraphException(
                    weights + " with " + groups + " groups does not fit an input of " + input[1] + " channels");
        }
        return windowed(input, weights.size(0), window, false);
    }

    /**
     * [N, C, H, W] or [N, C, L] under a pooling window.
     *
     * @param roundUp whether windows may run past the padding; none begins there
     */
    public static int[] pool(int[] input, Window window, boolean roundUp) {
        if (input.length != 3 && input.length != 4) {
            throw new GraphException("a pooling of " + Arrays.toString(input) + " has no 1 or 2 spatial dimensions");
        }
        return windowed(input, input[1], window, roundUp);
    }

    private static int[] windowed(int[] input, int channels, Window window, boolean roundUp) {
        int[] shape = input.clone();
        shape[1] = channels;
        int last = input.length - 1;
        var taps = window.shape();
        shape[last] = outputs(
                input[last],
                window.padLeft(),
                window.padRight(),
                (taps.kernelWidth() - 1L) * taps.dilationWidth() + 1,
                taps.strideWidth(),
                roundUp);
        if (input.length == 4) {
            shape[2] = outputs(
                    input[2],
                    window.padTop(),
                    window.padBottom(),
                    (taps.kernelHeight() - 1L) * taps.dilationHeight() + 1,
                    taps.strideHeight(),
                    roundUp);
        }
        elements(shape);
        return shape;
    }

    private static int outputs(int size, int before, int after, long extent, int stride, boolean roundUp) {
        long room = (long) size + before + after - extent;
        if (room < 0) {
            throw new GraphException("a window of " + extent + " does not fit " + size + " positions and " + before
                    + " + " + after + " of padding");
        }
        long outputs = (roundUp ? Math.ceilDiv(room, (long) stride) : room / stride) + 1;
        if (roundUp && (outputs - 1) * stride >= (long) size + before) {
            outputs--;
        }
        return Math.toIntExact(outputs);
    }

    /** [..., M, K] times [..., K, N]. */
    public static int[] matMul(int[] left, int[] right) {
        if (left.length < 2 || right.length < 2 || left[left.length - 1] != right[right.length - 2]) {
            throw new GraphException(Arrays.toString(left) + " cannot be multiplied by " + Arrays.toString(right));
        }
        int[] leading = broadcast(Arrays.copyOf(left, left.length - 2), Arrays.copyOf(right, right.length - 2));
        int[] shape = Arrays.copyOf(leading, leading.length + 2);
        shape[leading.length] = left[left.length - 2];
        shape[leading.length + 1] = right[right.length - 1];
        elements(shape);
        return shape;
    }

    /** One after the other along an axis. */
    public static int[] concatenated(List<int[]> parts, int axis) {
        int[] shape = parts.getFirst().clone();
        long size = 0;
        for (int[] part : parts) {
            int[] others = part.clone();
            if (part.length == shape.length) {
                others[axis] = shape[axis];
            }
            if (!Arrays.equals(others, shape)) {
                throw new GraphException(Arrays.toString(shape) + " and " + Arrays.toString(part)
                        + " cannot be concatenated along axis " + axis);
            }
            size += part[axis];
        }
        shape[axis] = Math.toIntExact(size);
        elements(shape);
        return shape;
    }

    /** Dimensions in another order. */
    public static int[] transposed(int[] input, List<Integer> order) {
        boolean[] seen = new boolean[input.length];
        int[] shape = new int[input.length];
        if (order.size() != input.length) {
            throw new GraphException("the order " + order + " does not fit " + Arrays.toString(input));
        }
        for (int d = 0; d < shape.length; d++) {
            int from = axis(order.get(d), input.length);
            if (seen[from]) {
                throw new GraphException("the order " + order + " names a dimension twice");
            }
            seen[from] = true;
            shape[d] = input[from];
        }
        return shape;
    }

    /** With padding, none of it negative. */
    public static int[] padded(int[] input, List<Integer> before, List<Integer> after) {
        int[] shape = input.clone();
        for (int d = 0; d < shape.length; d++) {
            shape[d] = Math.toIntExact((long) shape[d] + before.get(d) + after.get(d));
        }
        elements(shape);
        return shape;
    }

    /** Without the extents of some axes, or with extents of 1 there. */
    public static int[] reduced(int[] input, List<Integer> axes, boolean keep) {
        int[] shape = new int[input.length];
        int rank = 0;
        for (int d = 0; d < input.length; d++) {
            if (!axes.contains(d)) {
                shape[rank++] = input[d];
            } else if (keep) {
                shape[rank++] = 1;
            }
        }
        return Arrays.copyOf(shape, rank);
    }

    /** A shape with another dimension of 1 at a position. */
    public static int[] inserted(int[] shape, int axis) {
        int[] wider = new int[shape.length + 1];
        System.arraycopy(shape, 0, wider, 0, axis);
        wider[axis] = 1;
        System.arraycopy(shape, axis, wider, axis + 1, shape.length - axis);
        return wider;
    }
}

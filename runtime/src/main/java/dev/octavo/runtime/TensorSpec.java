package dev.octavo.runtime;

import dev.octavo.kernels.ElementType;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a model takes or gives.
 *
 * @param name of the tensor
 * @param type of its elements
 * @param shape of the {@link Tensor}, {@link #ANY_BATCH} where the session's batch size stands: [N, H, W, C] for a {@link
 *     #picture} that goes in, and in the order of the original network otherwise
 * @param scale real = scale · q; 1 for float tensors
 * @param picture whether it is an input that takes the interleaved bytes of pictures as they are
 */
public record TensorSpec(String name, ElementType type, List<Integer> shape, float scale, boolean picture) {
    /** Stands in a shape for the batch size of the session. */
    public static final int ANY_BATCH = -1;

    /** Copies the shape. */
    public TensorSpec {
        shape = List.copyOf(shape);
    }

    /** Returns the shape at a batch size, of at least 1. */
    public int[] shape(int batch) {
        return shape.stream().mapToInt(size -> size == ANY_BATCH ? batch : size).toArray();
    }

    @Override
    public String toString() {
        String dimensions = shape.stream()
                .map(size -> size == ANY_BATCH ? "N" : size.toString())
                .collect(Collectors.joining(", ", "[", "]"));
        return name + " " + type + dimensions + (scale == 1 ? "" : " scale " + scale) + (picture ? " picture" : "");
    }
}

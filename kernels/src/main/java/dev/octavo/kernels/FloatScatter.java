package dev.octavo.kernels;

/**
 * Elements combined with others at indices that the model computes, one after the other in the order of the dimensions:
 * {@code target(p) = combine(target(p), updates[p])}, where {@code target(p)} lies {@code index(p) · stride} bytes behind
 * {@code output[p]}, and the index is as in {@link FloatGather}.
 *
 * @param updates float
 * @param indices float, broadcast to the shape of the updates
 * @param output float, of the shape of the updates: the element at index 0, with a stride of 0 along the indexed dimension
 * @param extent number of elements that can be chosen from
 * @param stride bytes from one of these to the next
 */
public record FloatScatter(
        Combination combination, TensorView updates, TensorView indices, TensorView output, int extent, long stride)
        implements KernelSpec {
    /** What becomes of an element. */
    public enum Combination {
        /** The update. */
        REPLACE,
        /** The sum. */
        ADD,
        /** The product. */
        MULTIPLY,
        /** The lesser, by {@link Math#min}. */
        MINIMUM,
        /** The greater, by {@link Math#max}. */
        MAXIMUM
    }

    /** Checks that everything fits together. */
    public FloatScatter {
        Checks.type(updates, ElementType.FLOAT32);
        Checks.type(indices, ElementType.FLOAT32);
        Checks.type(output, ElementType.FLOAT32);
        Checks.sameShape(updates, output);
        Checks.sameShape(indices, output);
        Checks.require(extent >= 1 && extent <= 1 << 24, "%s elements to choose from", extent);
        Checks.require(stride % Float.BYTES == 0, "stride %s splits elements", stride);
    }
}

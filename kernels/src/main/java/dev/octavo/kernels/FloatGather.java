package dev.octavo.kernels;

/**
 * Elements at indices that the model computes: {@code output[p] = data[p] + index(p) · stride}, where {@code index} is the
 * element of {@code indices} at the same place, rounded towards 0, counted from the end where it is negative, and bounded
 * by the extent.
 *
 * @param data float, of the output's shape: the element at index 0, with strides of 0 along the dimensions of the indices
 * @param extent number of elements that can be chosen from
 * @param stride bytes from one of these to the next
 * @param indices float, broadcast to the output's shape
 * @param output float
 */
public record FloatGather(TensorView data, int extent, long stride, TensorView indices, TensorView output)
        implements KernelSpec {
    /** Checks that everything fits together. */
    public FloatGather {
        Checks.type(data, ElementType.FLOAT32);
        Checks.type(indices, ElementType.FLOAT32);
        Checks.type(output, ElementType.FLOAT32);
        Checks.sameShape(data, output);
        Checks.sameShape(indices, output);
        Checks.output(output);
        Checks.require(extent >= 1 && extent <= 1 << 24, "%s elements to choose from", extent);
        Checks.require(stride % Float.BYTES == 0, "stride %s splits elements", stride);
    }

    /** Returns the index that an element of {@code indices} stands for. */
    public static int index(float stated, int extent) {
        long index = (long) stated;
        return (int) Math.clamp(index < 0 ? index + extent : index, 0L, extent - 1L);
    }
}

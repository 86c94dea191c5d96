package dev.octavo.runtime.plan;

import dev.octavo.kernels.Copy;
import dev.octavo.kernels.FloatGather;
import dev.octavo.kernels.FloatScatter;
import dev.octavo.kernels.KernelSpec;
import dev.octavo.kernels.TensorView;
import dev.octavo.runtime.format.Operation;
import java.util.List;

/** Views by which kernels find elements at computed indices. */
final class Indexing {
    private Indexing() {}

    static KernelSpec gather(Operation.Gather gather, TensorView data, TensorView indices, TensorView output) {
        int axis = gather.axis();
        if (gather.elements()) {
            return new FloatGather(
                    without(data, axis, output.shape()), data.size(axis), data.stride(axis), indices, output);
        }
        int rank = output.rank();
        long[] ofData = new long[rank];
        long[] ofIndices = new long[rank];
        for (int d = 0; d < rank; d++) {
            boolean index = d >= axis && d < axis + indices.rank();
            ofData[d] = index ? 0 : data.stride(d < axis ? d : d - indices.rank() + 1);
            ofIndices[d] = index ? indices.stride(d - axis) : 0;
        }
        return new FloatGather(
                TensorView.of(data.type(), data.offset(), output.shape(), ofData),
                data.size(axis),
                data.stride(axis),
                TensorView.of(indices.type(), indices.offset(), output.shape(), ofIndices),
                output);
    }

    static List<KernelSpec> scatter(
            Operation.Scatter scatter, TensorView data, TensorView indices, TensorView updates, TensorView output) {
        int axis = scatter.axis();
        return List.of(
                new Copy(data, output),
                new FloatScatter(
                        scatter.combination(),
                        updates,
                        indices.broadcast(updates.shape()),
                        without(output, axis, updates.shape()),
                        output.size(axis),
                        output.stride(axis)));
    }

    /** The elements at index 0 of an axis, repeated along it. */
    private static TensorView without(TensorView view, int axis, int[] shape) {
        long[] strides = view.strides();
        strides[axis] = 0;
        return TensorView.of(view.type(), view.offset(), shape, strides);
    }
}

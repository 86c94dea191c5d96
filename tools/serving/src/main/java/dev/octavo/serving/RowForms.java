package dev.octavo.serving;

import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/** What a model takes and gives as rows: slices of the first dimension, one for each picture. */
final class RowForms {
    private final List<TensorSpec> inputs;
    private final List<TensorSpec> outputs;
    private final boolean batchable;

    RowForms(Model model) {
        this.inputs = model.inputs();
        this.outputs = model.outputs();
        this.batchable =
                inputs.stream().allMatch(RowForms::anyBatch) && outputs.stream().allMatch(RowForms::anyBatch);
    }

    private static boolean anyBatch(TensorSpec spec) {
        return !spec.shape().isEmpty() && spec.shape().getFirst() == TensorSpec.ANY_BATCH;
    }

    /** Whether runs of more than one row are possible. */
    boolean batchable() {
        return batchable;
    }

    /**
     * Returns how many rows tensors hold.
     *
     * @throws IllegalArgumentException if they are not what the model takes
     */
    int rows(List<Tensor> tensors) {
        if (tensors.size() != inputs.size()) {
            throw new IllegalArgumentException(
                    tensors.size() + " inputs were given where the model has " + inputs.size());
        }
        int[] first = tensors.getFirst().shape();
        int rows = batchable && first.length > 0 ? first[0] : 1;
        for (int i = 0; i < tensors.size(); i++) {
            check(inputs.get(i), tensors.get(i), rows);
        }
        return rows;
    }

    private static void check(TensorSpec spec, Tensor tensor, int rows) {
        int[] shape = tensor.shape();
        int[] own = spec.shape(rows);
        if (tensor.type() == spec.type() && Arrays.equals(shape, own)) {
            return;
        }
        int[] planes = spec.picture() && own.length == 4 ? new int[] {own[0], own[3], own[1], own[2]} : own;
        if (tensor.type() == ElementType.FLOAT32 && Arrays.equals(shape, planes)) {
            return;
        }
        throw new IllegalArgumentException("input " + spec.name() + " must be " + spec.type() + Arrays.toString(own)
                + (spec.type() == ElementType.FLOAT32 ? "" : " or FLOAT32" + Arrays.toString(planes)) + " and not "
                + tensor);
    }

    /** Returns a number that is equal for tensors that one run can take together. */
    static int form(List<Tensor> tensors) {
        int form = 1;
        for (Tensor tensor : tensors) {
            form = form * 31 + tensor.type().name().hashCode();
        }
        return form;
    }

    /** Returns tensors of zeros that a run of so many rows takes, off the heap. */
    List<Tensor> zeroInputs(int rows) {
        return inputs.stream()
                .map(spec -> Tensor.allocate(spec.type(), spec.shape(rows)))
                .toList();
    }

    /** Returns tensors on the heap for what so many rows give. */
    List<Tensor> newOutputs(int rows) {
        return outputs.stream()
                .map(spec -> onHeap(spec.type(), spec.shape(rows)))
                .toList();
    }

    private static Tensor onHeap(ElementType type, int[] shape) {
        int elements = 1;
        for (int size : shape) {
            elements = Math.multiplyExact(elements, size);
        }
        return type == ElementType.FLOAT32
                ? Tensor.of(new float[elements], shape)
                : Tensor.wrap(type, MemorySegment.ofArray(new byte[elements]), shape);
    }

    /** Returns off-heap tensors of so many rows, of the types and further extents of others. */
    static List<Tensor> like(List<Tensor> tensors, int rows) {
        return tensors.stream()
                .map(tensor -> {
                    int[] shape = tensor.shape();
                    shape[0] = rows;
                    return Tensor.allocate(tensor.type(), shape);
                })
                .toList();
    }

    /** Returns a view of some rows of each tensor. */
    static List<Tensor> slice(List<Tensor> tensors, int from, int rows, int of) {
        return tensors.stream()
                .map(tensor -> {
                    long rowBytes = tensor.segment().byteSize() / of;
                    int[] shape = tensor.shape();
                    shape[0] = rows;
                    return Tensor.wrap(
                            tensor.type(), tensor.segment().asSlice(from * rowBytes, rows * rowBytes), shape);
                })
                .toList();
    }
}

package dev.octavo.runtime.format;

import java.util.List;

/**
 * What a model computes: tensors, and the operations between them in the order in which they run. It is what a model file
 * holds, and what converters build in memory.
 *
 * <p>All shapes are those of batch 1. Where {@code batchable}, the first dimension of every tensor that is not constant
 * is the batch, and a model runs at any batch size.
 *
 * @param tensors referred to by position
 * @param operations each reads tensors that are inputs, constant, or the output of an earlier operation, and writes one tensor
 * @param inputs positions of the tensors that the caller supplies
 * @param outputs positions of the tensors that the caller gets
 */
public record ModelDefinition(
        ModelMetadata metadata,
        List<TensorDefinition> tensors,
        List<OperationDefinition> operations,
        List<Integer> inputs,
        List<Integer> outputs,
        boolean batchable) {
    /** Copies the lists. */
    public ModelDefinition {
        tensors = List.copyOf(tensors);
        operations = List.copyOf(operations);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** Returns this computation with other tensors as its outputs: every intermediate one, for instance, to look at. */
    public ModelDefinition withOutputs(List<Integer> newOutputs) {
        return new ModelDefinition(metadata, tensors, operations, inputs, newOutputs, batchable);
    }

    /** Returns the bytes of the weights of all convolutions. */
    public long weightBytes() {
        long bytes = 0;
        for (OperationDefinition operation : operations) {
            if (operation.operation() instanceof Operation.Convolution convolution) {
                bytes += convolution.weights().byteSize();
            } else if (operation.operation() instanceof Operation.FloatConvolution convolution) {
                bytes += convolution.weights().byteSize();
            }
        }
        return bytes;
    }

    /**
     * Returns the code of the real value 0 of a tensor; 0 for an input that is a picture, whose codes are its pixels and
     * whose zero codes are what pads it.
     */
    public int zeroCode(int tensor) {
        TensorDefinition definition = tensors.get(tensor);
        return inputs.contains(tensor) && definition.picture() ? 0 : definition.zeroCode();
    }
}

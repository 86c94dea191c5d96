package dev.octavo.tools.lower;

import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import dev.octavo.tools.graph.ChannelTransform;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.quantizer.TensorEncoding;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Collects the tensors and operations of a model. */
final class ModelAssembler {
    private final List<TensorDefinition> tensors = new ArrayList<>();
    private final List<OperationDefinition> operations = new ArrayList<>();

    /** Adds a tensor and returns its position. */
    int add(TensorDefinition tensor) {
        tensors.add(tensor);
        return tensors.size() - 1;
    }

    int addFloat(String name, int[] shape) {
        return add(TensorDefinition.ofFloat(name, shape));
    }

    int addQuantized(String name, TensorEncoding encoding, int[] shape) {
        return add(
                encoding.zero() == 0
                        ? TensorDefinition.ofQuantized(name, encoding.type(), encoding.scale(), shape)
                        : TensorDefinition.ofOffset(name, encoding.scale(), encoding.zero(), shape));
    }

    int addConstant(String name, FloatTensor constant) {
        return add(new TensorDefinition(
                name, ElementType.FLOAT32, constant.shape(), 1, new byte[0], MemorySegment.ofArray(constant.values())));
    }

    int addConstant(String name, FloatTensor constant, TensorEncoding encoding) {
        byte[] codes = new byte[constant.elements()];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (byte) encoding.code(constant.at(i));
        }
        return add(new TensorDefinition(
                name,
                encoding.type(),
                constant.shape(),
                encoding.scale(),
                new byte[] {(byte) encoding.zero()},
                MemorySegment.ofArray(codes)));
    }

    /** Adds what the channels of a value were, as constants that nothing reads. */
    void addOriginal(String value, ChannelTransform original) {
        addConstant(OriginalChannels.factorsOf(value), FloatTensor.vector(original.factors()));
        addConstant(OriginalChannels.offsetsOf(value), FloatTensor.vector(original.offsets()));
    }

    /** Adds an operation and returns the position of its output. */
    int add(String name, Operation operation, List<Integer> inputs, int output) {
        operations.add(new OperationDefinition(name, operation, inputs, output));
        return output;
    }

    TensorDefinition tensor(int position) {
        return tensors.get(position);
    }

    ModelDefinition build(ModelMetadata metadata, List<Integer> inputs, List<Integer> outputs, boolean batchable) {
        return new ModelDefinition(metadata, tensors, operations, inputs, outputs, batchable);
    }
}

package dev.octavo.runtime.plan;

import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import java.util.Arrays;

/** A model at one batch size, with the span over which each tensor is used. */
final class BatchedModel {
    /** The position of what happens before the first operation: inputs arrive. */
    static final int START = -1;

    private final ModelDefinition definition;
    private final int batch;
    private final int[] producer;
    private final int[] lastUse;

    private BatchedModel(ModelDefinition definition, int batch, int[] producer, int[] lastUse) {
        this.definition = definition;
        this.batch = batch;
        this.producer = producer;
        this.lastUse = lastUse;
    }

    static BatchedModel of(ModelDefinition definition, int batch) {
        int[] producer = new int[definition.tensors().size()];
        Arrays.fill(producer, START);
        int[] lastUse = producer.clone();
        for (int k = 0; k < definition.operations().size(); k++) {
            OperationDefinition operation = definition.operations().get(k);
            producer[operation.output()] = k;
            lastUse[operation.output()] = k;
            for (int input : operation.inputs()) {
                lastUse[input] = k;
            }
        }
        for (int output : definition.outputs()) {
            lastUse[output] = definition.operations().size();
        }
        return new BatchedModel(definition, batch, producer, lastUse);
    }

    ModelDefinition definition() {
        return definition;
    }

    /** The position of what happens after the last operation: outputs leave. */
    int end() {
        return definition.operations().size();
    }

    TensorDefinition tensor(int tensor) {
        return definition.tensors().get(tensor);
    }

    OperationDefinition operation(int position) {
        return definition.operations().get(position);
    }

    boolean constant(int tensor) {
        return tensor(tensor).constant() != null;
    }

    /** The shape at this batch size. */
    int[] shape(int tensor) {
        int[] shape = tensor(tensor).shape();
        if (definition.batchable() && !constant(tensor)) {
            shape[0] = Math.multiplyExact(shape[0], batch);
        }
        return shape;
    }

    /** Position of the operation that writes a tensor; {@link #START} for inputs and constants. */
    int producer(int tensor) {
        return producer[tensor];
    }

    /** Position of the last operation that reads a tensor; {@link #end} for outputs. */
    int lastUse(int tensor) {
        return lastUse[tensor];
    }

    /** Whether anything reads a tensor. A file may carry constants for tools alone. */
    boolean read(int tensor) {
        return lastUse[tensor] != START;
    }

    /** Whether a tensor is padded by the byte 0, unlike a picture. */
    boolean paddedByZero(int tensor) {
        for (byte code : tensor(tensor).zeroCodes()) {
            if (code != 0) {
                return false;
            }
        }
        return true;
    }
}

package dev.octavo.runtime.plan;

import dev.octavo.kernels.Activation;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.Rescaling;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds int8 tensors that never hold a negative code, such as what a ReLU left of a model whose activations are all signed.
 * Their bytes are those of uint8 tensors, which kernels read as they are; of signed ones, machine code flips the highest bit of
 * each byte.
 */
final class UnsignedTensors {
    private final ModelDefinition definition;
    private final boolean[] unsigned;

    private UnsignedTensors(ModelDefinition definition) {
        this.definition = definition;
        this.unsigned = new boolean[definition.tensors().size()];
    }

    /** Returns a model with such tensors as uint8; what callers supply and get keeps its type. */
    static ModelDefinition in(ModelDefinition definition) {
        UnsignedTensors found = new UnsignedTensors(definition);
        found.find();
        while (found.settle()) {}
        List<TensorDefinition> tensors = new ArrayList<>(definition.tensors());
        for (int tensor = 0; tensor < tensors.size(); tensor++) {
            if (found.unsigned[tensor]) {
                tensors.set(tensor, tensors.get(tensor).withType(ElementType.UINT8));
            }
        }
        return new ModelDefinition(
                definition.metadata(),
                tensors,
                definition.operations(),
                definition.inputs(),
                definition.outputs(),
                definition.batchable());
    }

    private void find() {
        for (OperationDefinition operation : definition.operations()) {
            int output = operation.output();
            unsigned[output] = definition.tensors().get(output).type() == ElementType.INT8
                    && !definition.outputs().contains(output)
                    && neverNegative(operation);
        }
    }

    /** Takes back what operations that only move bytes have a signed tensor at their other end for. */
    private boolean settle() {
        boolean changed = false;
        for (OperationDefinition operation : definition.operations()) {
            if (keepsType(operation.operation())) {
                boolean all = unsigned[operation.output()] && allUnsigned(operation);
                changed |= set(operation.output(), all);
                for (int input : operation.inputs()) {
                    changed |= set(input, all);
                }
            }
        }
        return changed;
    }

    private boolean set(int tensor, boolean value) {
        boolean changed = unsigned[tensor] && !value;
        unsigned[tensor] &= value;
        return changed;
    }

    private boolean allUnsigned(OperationDefinition operation) {
        for (int input : operation.inputs()) {
            if (!unsigned[input]) {
                return false;
            }
        }
        return true;
    }

    private static boolean keepsType(Operation operation) {
        return operation instanceof Operation.Reshape
                || operation instanceof Operation.Transpose
                || operation instanceof Operation.Slice
                || operation instanceof Operation.Concat
                || operation instanceof Operation.Pad
                || (operation instanceof Operation.Pool pool && pool.kind() == Pooling.Kind.MAX);
    }

    /** Whether all codes that an operation can write to an int8 tensor are in [0, 127]. */
    private boolean neverNegative(OperationDefinition definition) {
        Operation operation = definition.operation();
        if (operation instanceof Operation.Convolution convolution) {
            return switch (convolution.epilogue()) {
                case Requantization requantization -> requantization.low() >= 0;
                case Activation activation -> activation.low() >= 0;
                case Rescaling _ -> false;
            };
        } else if (operation instanceof Operation.Add add) {
            return add.low() >= 0;
        } else if (operation instanceof Operation.Multiply multiply) {
            return multiply.low() >= 0;
        } else if (operation instanceof Operation.Quantize quantize) {
            return quantize.low() >= 0;
        } else if (operation instanceof Operation.LookUp lookUp) {
            return neverNegative(lookUp.table());
        } else if (operation instanceof Operation.Pad pad) {
            return neverNegative(pad.element()) && allUnsigned(definition);
        } else if (operation instanceof Operation.Pool pool) {
            return allUnsigned(definition)
                    && (pool.kind() == Pooling.Kind.MAX ? alwaysMeetsInput(pool) : averages(pool));
        }
        return keepsType(operation) && allUnsigned(definition);
    }

    private static boolean neverNegative(byte[] codes) {
        for (byte code : codes) {
            if (code < 0) {
                return false;
            }
        }
        return true;
    }

    /** A maximum over padding alone is the least code of its type. */
    private static boolean alwaysMeetsInput(Operation.Pool pool) {
        return pool.window().dilationHeight() == 1
                && pool.window().dilationWidth() == 1
                && Math.max(pool.padding().top(), pool.padding().bottom())
                        < pool.window().kernelHeight()
                && Math.max(pool.padding().left(), pool.padding().right())
                        < pool.window().kernelWidth();
    }

    /** Whether averages of codes up to 127 stay there, and do not rely on saturation. */
    private static boolean averages(Operation.Pool pool) {
        // Half a code of rounding is more than multipliers of 24 bits are off.
        return pool.offset() == 0 && pool.ratio() * Byte.MAX_VALUE < Byte.MAX_VALUE + 0.49;
    }
}

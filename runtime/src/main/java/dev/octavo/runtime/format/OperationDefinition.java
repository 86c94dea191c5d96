package dev.octavo.runtime.format;

import java.util.List;

/**
 * One operation of a model.
 *
 * @param name for messages and profiles
 * @param inputs positions of tensors, in the order that the operation states
 * @param output position of the tensor that is written
 */
public record OperationDefinition(String name, Operation operation, List<Integer> inputs, int output) {
    /** Copies the list. */
    public OperationDefinition {
        inputs = List.copyOf(inputs);
    }
}

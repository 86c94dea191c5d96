package dev.octavo.runtime.plan;

import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.format.ModelChecks;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelLimits;
import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.runtime.format.ModelMetadata.Preprocessing;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A small quantized model in the making, tensor by tensor and operation by operation. */
final class ModelSketch {
    private final List<TensorDefinition> tensors = new ArrayList<>();
    private final List<OperationDefinition> operations = new ArrayList<>();

    int tensor(ElementType type, int... shape) {
        tensors.add(TensorDefinition.ofQuantized("t" + tensors.size(), type, 1, shape));
        return tensors.size() - 1;
    }

    int channels(int tensor) {
        return tensors.get(tensor).shape()[1];
    }

    /** An operation "o" and the number of tensors so far. */
    void operation(Operation operation, int output, Integer... inputs) {
        operation("o" + tensors.size(), operation, output, inputs);
    }

    void operation(String name, Operation operation, int output, Integer... inputs) {
        operations.add(new OperationDefinition(name, operation, List.of(inputs), output));
    }

    /** The model, checked. */
    ModelDefinition definition(int input, int output) {
        ModelDefinition definition = new ModelDefinition(
                new ModelMetadata("test", List.of(), new Preprocessing(List.of(), List.of(), 1), Map.of()),
                tensors,
                operations,
                List.of(input),
                List.of(output),
                true);
        ModelChecks.check(definition, "test", ModelLimits.defaults());
        return definition;
    }
}

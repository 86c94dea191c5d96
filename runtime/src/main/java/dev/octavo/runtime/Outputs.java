package dev.octavo.runtime;

import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.OperationDefinition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which outputs of a model a session gives. */
final class Outputs {
    private Outputs() {}

    /** Returns the positions of the tensors of some outputs, in the order of their names; of all without names. */
    static List<Integer> tensors(ModelDefinition definition, List<String> names) {
        if (names.isEmpty()) {
            return definition.outputs();
        }
        List<Integer> chosen = new ArrayList<>();
        for (String name : names) {
            int found = definition.outputs().stream()
                    .filter(output -> definition.tensors().get(output).name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "the model " + definition.metadata().name() + " has no output \"" + name + "\", only "
                                    + all(definition)));
            chosen.add(found);
        }
        return chosen;
    }

    private static List<String> all(ModelDefinition definition) {
        return definition.outputs().stream()
                .map(output -> definition.tensors().get(output).name())
                .toList();
    }

    /** Returns a model of some outputs and of the operations that they need; the model itself without names. */
    static ModelDefinition choose(ModelDefinition definition, List<String> names) {
        if (names.isEmpty()) {
            return definition;
        }
        List<Integer> outputs = tensors(definition, names);
        Set<Integer> needed = new HashSet<>(outputs);
        List<OperationDefinition> operations = new ArrayList<>();
        for (OperationDefinition operation : definition.operations().reversed()) {
            if (needed.contains(operation.output())) {
                operations.add(operation);
                needed.addAll(operation.inputs());
            }
        }
        Collections.reverse(operations);
        return new ModelDefinition(
                definition.metadata(),
                definition.tensors(),
                operations,
                definition.inputs(),
                outputs,
                definition.batchable());
    }
}

package dev.octavo.runtime;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tensors by name. */
final class NamedTensors {
    private NamedTensors() {}

    /** Returns the tensors in the order of the names, each of which must be given, and no other. */
    static List<Tensor> inOrder(List<String> names, Map<String, Tensor> tensors) {
        List<Tensor> ordered = new ArrayList<>();
        for (String name : names) {
            Tensor tensor = tensors.get(name);
            if (tensor == null) {
                throw new IllegalArgumentException(
                        "input \"" + name + "\" is missing: given are " + tensors.keySet() + ", needed " + names);
            }
            ordered.add(tensor);
        }
        if (tensors.size() != names.size()) {
            throw new IllegalArgumentException("given are " + tensors.keySet() + " where the model takes " + names);
        }
        return ordered;
    }

    /** Returns outputs by their names, in order. */
    static Map<String, Tensor> byName(List<Tensor> tensors) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        for (Tensor tensor : tensors) {
            if (named.put(tensor.name(), tensor) != null) {
                throw new IllegalArgumentException(
                        "two outputs are called \"" + tensor.name() + "\": call run with a list");
            }
        }
        return named;
    }
}

package dev.octavo.tools.graph;

import java.util.HashMap;
import java.util.Map;

/** Names that are given once. A name that is taken gets a number; the next one is remembered, so that many cost no search each. */
final class UniqueNames {
    private final Map<String, Integer> next = new HashMap<>();

    boolean has(String name) {
        return next.containsKey(name);
    }

    /** Takes a name that a source has given. */
    void take(String name) {
        next.putIfAbsent(name, 1);
    }

    /** The wanted name, or that name with a number. */
    String unique(String wanted) {
        String name = wanted;
        while (next.containsKey(name)) {
            int number = next.merge(wanted, 1, Integer::sum) - 1;
            name = wanted + "#" + number;
        }
        next.put(name, 1);
        return name;
    }
}

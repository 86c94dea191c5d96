package dev.octavo.tools.graph;

import java.util.List;

/**
 * One operator of a graph.
 *
 * @param name unique in its graph; for messages and reports
 * @param inputs names of values, in the order that the operator states
 * @param output name of the value that it computes
 */
public record Node(String name, Op op, List<String> inputs, String output) {
    /** Copies the list. */
    public Node {
        inputs = List.copyOf(inputs);
    }

    /** Returns this node with another operator. */
    public Node with(Op newOp) {
        return new Node(name, newOp, inputs, output);
    }

    /** Returns this node reading other values. */
    public Node reading(List<String> newInputs) {
        return new Node(name, op, newInputs, output);
    }

    /** Returns this node writing another value. */
    public Node writing(String newOutput) {
        return new Node(name, op, inputs, newOutput);
    }

    /** Its first input. */
    public String input() {
        return inputs.getFirst();
    }
}

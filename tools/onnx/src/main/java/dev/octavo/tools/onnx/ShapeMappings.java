package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.GraphBuilder;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.ShapeInference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Operators that keep the elements, and change their order or the dimensions. */
final class ShapeMappings {
    private ShapeMappings() {}

    static void identity(OnnxNode node, GraphBuilder graph) {
        node.define(node.input(0));
    }

    static void dropout(OnnxNode node, GraphBuilder graph) {
        boolean training = node.hasInput(2) && node.constant(2).real(0) != 0;
        if (training && !(node.hasInput(1) && node.constant(1).real(0) == 0)) {
            throw new GraphException("it is in training mode; export the model for inference");
        }
        node.define(node.input(0));
    }

    static void reshape(OnnxNode node, GraphBuilder graph) {
        int[] input = node.shape(0);
        long[] target = node.integers("shape", 1, 5);
        boolean keepZeros = node.flag("allowzero", false);
        int[] shape = new int[target.length];
        int open = -1;
        long known = 1;
        for (int d = 0; d < target.length; d++) {
            if (target[d] == -1 && open < 0) {
                open = d;
                continue;
            }
            if (target[d] < 0 || target[d] > Integer.MAX_VALUE || (target[d] == 0 && !keepZeros && d >= input.length)) {
                throw new GraphException(
                        "its shape " + Arrays.toString(target) + " does not fit " + Arrays.toString(input));
            }
            shape[d] = target[d] == 0 && !keepZeros ? input[d] : (int) target[d];
            known = Math.multiplyExact(known, shape[d]);
        }
        int elements = ShapeInference.elements(input);
        if (open >= 0 && known > 0) {
            shape[open] = (int) (elements / known);
            known *= shape[open];
        }
        if (known != elements) {
            throw new GraphException(
                    "its shape " + Arrays.toString(target) + " does not fit " + Arrays.toString(input));
        }
        node.define(graph.reshape(node.input(0), shape));
    }

    static void flatten(OnnxNode node, GraphBuilder graph) {
        int[] input = node.shape(0);
        long stated = node.integer("axis", 1);
        int axis = stated == input.length ? input.length : ShapeInference.axis(stated, input.length);
        if (axis == 0) {
            graph.dependsOnBatch();
        }
        node.define(graph.reshape(
                node.input(0),
                ShapeInference.elements(Arrays.copyOf(input, axis)),
                ShapeInference.elements(Arrays.copyOfRange(input, axis, input.length))));
    }

    static void squeeze(OnnxNode node, GraphBuilder graph) {
        int[] input = node.shape(0);
        long[] stated = node.integers("axes", 1, 13);
        boolean[] dropped = new boolean[input.length];
        for (int d = 0; d < input.length; d++) {
            dropped[d] = stated.length == 0 && input[d] == 1;
        }
        for (long axis : stated) {
            int d = ShapeInference.axis(axis, input.length);
            if (input[d] != 1) {
                throw new GraphException("it squeezes dimension " + axis + " of " + Arrays.toString(input));
            }
            dropped[d] = true;
        }
        int[] kept = IntStream.range(0, input.length)
                .filter(d -> !dropped[d])
                .map(d -> input[d])
                .toArray();
        node.define(graph.reshape(node.input(0), kept));
    }

    static void unsqueeze(OnnxNode node, GraphBuilder graph) {
        int[] input = node.shape(0);
        long[] stated = node.integers("axes", 1, 13);
        int[] shape = new int[input.length + stated.length];
        for (long axis : stated) {
            int d = ShapeInference.axis(axis, shape.length);
            if (shape[d] == 1) {
                throw new GraphException("its axes " + Arrays.toString(stated) + " name a dimension twice");
            }
            shape[d] = 1;
        }
        int from = 0;
        for (int d = 0; d < shape.length; d++) {
            if (shape[d] == 0) {
                shape[d] = input[from++];
            }
        }
        node.define(graph.reshape(node.input(0), shape));
    }

    static void transpose(OnnxNode node, GraphBuilder graph) {
        int[] input = node.shape(0);
        List<Integer> order = new ArrayList<>();
        long[] stated = node.integers("perm").orElse(new long[0]);
        for (long from : stated) {
            order.add(ShapeInference.axis(from, input.length));
        }
        for (int d = input.length - 1; d >= 0 && stated.length == 0; d--) {
            order.add(d);
        }
        node.define(graph.transpose(node.input(0), order));
    }
}

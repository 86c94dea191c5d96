package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.GraphBuilder;
import dev.octavo.tools.graph.ShapeInference;
import java.util.ArrayList;
import java.util.List;

/** Sequences of tensors, as exports of PyTorch make them: lists of values that are known at import. */
final class SequenceMappings {
    private SequenceMappings() {}

    static void construct(OnnxNode node, GraphBuilder graph) {
        graph.defineList(node.output(), node.inputs());
    }

    static void concat(OnnxNode node, GraphBuilder graph) {
        List<String> parts = graph.list(node.input(0));
        if (!node.flag("new_axis", false)) {
            int axis = ShapeInference.axis(node.integer("axis", 0), graph.rank(parts.getFirst()));
            node.define(graph.concat(axis, parts));
            return;
        }
        List<String> stacked = new ArrayList<>();
        int axis = ShapeInference.axis(node.integer("axis", 0), graph.rank(parts.getFirst()) + 1);
        for (String part : parts) {
            stacked.add(graph.reshape(part, ShapeInference.inserted(graph.shape(part), axis)));
        }
        node.define(graph.concat(axis, stacked));
    }

    static void at(OnnxNode node, GraphBuilder graph) {
        List<String> parts = graph.list(node.input(0));
        node.define(parts.get(ShapeInference.index(node.integers(1)[0], parts.size())));
    }

    static void split(OnnxNode node, GraphBuilder graph) {
        int axis = node.axis("axis", 0);
        int size = node.shape(0)[axis];
        List<String> parts = new ArrayList<>();
        long[] sizes = node.hasInput(1) ? node.integers(1) : new long[] {1};
        boolean each = node.hasInput(1) && node.shape(1).length == 1;
        int start = 0;
        for (int i = 0; start < size; i++) {
            int length = (int) Math.clamp(sizes[each ? i : 0], 1L, (long) size - start);
            String part = graph.part(node.input(0), axis, start, length);
            boolean drop = !node.hasInput(1) && !node.flag("keepdims", true);
            parts.add(
                    drop ? graph.reshape(part, ShapeInference.reduced(graph.shape(part), List.of(axis), false)) : part);
            start += length;
        }
        graph.defineList(node.output(), parts);
    }
}

package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.Box;
import dev.octavo.tools.graph.Constant;
import dev.octavo.tools.graph.GraphBuilder;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.ShapeInference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Operators that take elements from, or put them beside, each other: Concat, Slice, Split, Pad, Gather. */
final class SliceMappings {
    private SliceMappings() {}

    static void concat(OnnxNode node, GraphBuilder graph) {
        String first = node.inputs().stream()
                .filter(input -> ShapeInference.elements(graph.shape(input)) > 0)
                .findFirst()
                .orElse(node.input(0));
        int axis = ShapeInference.axis(node.integer("axis", 1), graph.rank(first));
        node.define(graph.concat(axis, node.inputs()));
    }

    /** All but the data were attributes before opset 10. */
    static void slice(OnnxNode node, GraphBuilder graph) {
        int[] input = node.shape(0);
        boolean attributes = node.opset() < 10;
        long[] starts = attributes ? required(node, "starts") : node.integers(1);
        long[] ends = attributes ? required(node, "ends") : node.integers(2);
        long[] axes = new long[starts.length];
        Arrays.setAll(axes, i -> i);
        if (attributes) {
            axes = node.integers("axes").orElse(axes);
        } else if (node.hasInput(3)) {
            axes = node.integers(3);
        }
        long[] steps = new long[starts.length];
        Arrays.fill(steps, 1);
        if (!attributes && node.hasInput(4)) {
            steps = node.integers(4);
        }
        if (ends.length != starts.length || axes.length != starts.length || steps.length != starts.length) {
            throw new GraphException("it has " + starts.length + " starts, " + ends.length + " ends, " + axes.length
                    + " axes and " + steps.length + " steps");
        }
        Box box = new Box(input);
        for (int i = 0; i < starts.length; i++) {
            int d = ShapeInference.axis(axes[i], input.length);
            if (steps[i] == 0) {
                throw new GraphException("its step in dimension " + d + " is 0");
            }
            boolean backwards = steps[i] < 0;
            int first = bounded(starts[i], input[d], 0, backwards ? input[d] - 1 : input[d]);
            int end = bounded(ends[i], input[d], backwards ? -1 : 0, backwards ? input[d] - 1 : input[d]);
            long size = Math.max(0, Math.ceilDiv((long) end - first, steps[i]));
            box.side(d, first, size > 1 ? (int) steps[i] : 1, (int) size);
        }
        node.define(graph.slice(node.input(0), box));
    }

    private static long[] required(OnnxNode node, String attribute) {
        return node.integers(attribute).orElseThrow(() -> new GraphException("its " + attribute + " are missing"));
    }

    private static int bounded(long position, int size, int least, int most) {
        return (int) Math.clamp(position < 0 ? position + size : position, (long) least, (long) most);
    }

    static void split(OnnxNode node, GraphBuilder graph) {
        int[] input = node.shape(0);
        int axis = ShapeInference.axis(node.integer("axis", 0), input.length);
        int parts = node.outputs().size();
        long[] sizes = node.integers("split", 1, 13);
        if (sizes.length == 0) {
            sizes = new long[parts];
            int size = Math.ceilDiv(input[axis], parts);
            Arrays.fill(sizes, size);
            sizes[parts - 1] = input[axis] - (long) size * (parts - 1);
        }
        if (sizes.length != parts || Arrays.stream(sizes).sum() != input[axis]) {
            throw new GraphException(
                    "its parts " + Arrays.toString(sizes) + " are not " + parts + " that add up to " + input[axis]);
        }
        int start = 0;
        for (int i = 0; i < parts; i++) {
            if (sizes[i] < 0 || sizes[i] > input[axis]) {
                throw new GraphException("its part " + i + " has the size " + sizes[i]);
            }
            if (node.wants(i)) {
                node.define(i, graph.part(node.input(0), axis, start, (int) sizes[i]));
            }
            start += (int) sizes[i];
        }
    }

    /** Negative padding cuts off, as a slice; the rest surrounds. */
    static void pad(OnnxNode node, GraphBuilder graph) {
        int[] input = node.shape(0);
        String mode = node.text("mode", "constant");
        boolean attributes = node.opset() < 11;
        long[] pads = attributes ? required(node, node.opset() < 2 ? "paddings" : "pads") : node.integers(1);
        float number = attributes ? node.real("value", 0) : node.number(2, 0);
        long[] axes = new long[input.length];
        Arrays.setAll(axes, d -> d);
        if (!attributes && node.hasInput(3)) {
            axes = node.integers(3);
        }
        if (pads.length != 2 * axes.length) {
            throw new GraphException("it has " + pads.length + " pads for " + axes.length + " dimensions");
        }
        List<Integer> before = new ArrayList<>(Collections.nCopies(input.length, 0));
        List<Integer> after = new ArrayList<>(Collections.nCopies(input.length, 0));
        Box kept = new Box(input);
        for (int i = 0; i < axes.length; i++) {
            int d = ShapeInference.axis(axes[i], input.length);
            int first = Math.toIntExact(pads[i]);
            int last = Math.toIntExact(pads[i + axes.length]);
            before.set(d, Math.max(0, first));
            after.set(d, Math.max(0, last));
            long size = (long) input[d] + Math.min(0, first) + Math.min(0, last);
            if (size < 1) {
                throw new GraphException("its pads leave nothing of dimension " + d + " of " + Arrays.toString(input));
            }
            kept.side(d, -Math.min(0, first), 1, (int) size);
        }
        String value = graph.slice(node.input(0), kept);
        if (mode.equals("constant")) {
            node.define(graph.pad(value, before, after, Codes.number(graph, value, number)));
            return;
        }
        for (int d = 0; d < input.length; d++) {
            int size = graph.shape(value)[d];
            List<String> parts = new ArrayList<>();
            if (before.get(d) > 0) {
                parts.add(graph.gather(value, beyond(mode, -before.get(d), 0, size), d));
            }
            parts.add(value);
            if (after.get(d) > 0) {
                parts.add(graph.gather(value, beyond(mode, size, size + after.get(d), size), d));
            }
            value = graph.concat(d, parts);
        }
        node.define(value);
    }

    /** Which elements stand at the positions outside. */
    private static Constant.Integers beyond(String mode, int from, int to, int size) {
        long[] sources = new long[to - from];
        for (int i = 0; i < sources.length; i++) {
            int position = from + i;
            sources[i] = switch (mode) {
                case "edge" -> Math.clamp(position, 0, size - 1);
                case "wrap" -> Math.floorMod(position, size);
                case "reflect" -> {
                    int around = Math.floorMod(position, Math.max(1, 2 * (size - 1)));
                    yield Math.min(around, 2 * (size - 1) - around);
                }
                default -> throw new GraphException("its mode '" + mode + "' is unknown");
            };
        }
        return Constant.vector(sources);
    }
}

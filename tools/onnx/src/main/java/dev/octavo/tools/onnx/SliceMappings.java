package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.ShapeInference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Operators that take elements from, or put them beside, each other: Concat, Slice, Split, Pad, Gather. */
final class SliceMappings {
    /** Gathering more pieces than this is a table look-up, not a rearrangement of channels. */
    private static final int MAX_GATHERED = 64;

    private SliceMappings() {}

    static void concat(OnnxNode node, Importer graph) {
        List<Integer> present = new ArrayList<>();
        boolean constant = true;
        for (int i = 0; i < node.inputs().size(); i++) {
            if (ShapeInference.elements(graph.shape(node, i)) > 0) {
                present.add(i);
                constant &= graph.isConstant(node, i);
            }
        }
        if (present.isEmpty()) {
            throw new GraphException("it concatenates no elements");
        }
        int axis = ShapeInference.axis(node.integer("axis", 1), graph.shape(node, present.getFirst()).length);
        int[] shape = ShapeInference.concatenated(
                present.stream().map(i -> graph.shape(node, i)).toList(), axis);
        if (constant) {
            graph.reserve(shape);
            graph.define(
                    node.output(),
                    Constants.concat(
                            present.stream().map(i -> graph.constant(node, i)).toList(), axis));
        } else if (present.size() == 1) {
            graph.alias(node.output(), node.input(present.getFirst()));
        } else {
            List<String> parts = present.stream().map(i -> graph.value(node, i)).toList();
            graph.emit(node, new Op.Concat(axis), parts, node.output(), shape);
        }
    }

    /** A box of a value, whose sides may run backwards. */
    private static final class Box {
        private final int[] shape;
        private final List<Integer> starts;
        private final List<Integer> steps;

        Box(int[] shape) {
            this.shape = shape.clone();
            starts = new ArrayList<>(Collections.nCopies(shape.length, 0));
            steps = new ArrayList<>(Collections.nCopies(shape.length, 1));
        }

        Box side(int dimension, int start, int step, int size) {
            starts.set(dimension, start);
            steps.set(dimension, size > 1 ? step : 1);
            shape[dimension] = size;
            return this;
        }

        void from(OnnxNode node, Importer graph, String value, String output) {
            if (graph.isConstant(value)) {
                graph.define(output, Constants.slice(graph.constant(value), shape, starts, steps));
            } else if (Arrays.equals(shape, graph.shape(value))
                    && steps.stream().allMatch(step -> step == 1)) {
                graph.alias(output, value);
            } else {
                Op slice = new Op.Slice(List.copyOf(starts), List.copyOf(steps));
                graph.emit(node, slice, List.of(graph.value(value)), output, shape);
            }
        }
    }

    /** All but the data were attributes before opset 10. */
    static void slice(OnnxNode node, Importer graph) {
        int[] input = graph.shape(node, 0);
        boolean attributes = node.opset() < 10;
        long[] starts = attributes ? required(node, "starts") : graph.integers(node, 1);
        long[] ends = attributes ? required(node, "ends") : graph.integers(node, 2);
        long[] axes = new long[starts.length];
        Arrays.setAll(axes, i -> i);
        if (attributes) {
            axes = node.integers("axes").orElse(axes);
        } else if (node.hasInput(3)) {
            axes = graph.integers(node, 3);
        }
        long[] steps = new long[starts.length];
        Arrays.fill(steps, 1);
        if (!attributes && node.hasInput(4)) {
            steps = graph.integers(node, 4);
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
        box.from(node, graph, node.input(0), node.output());
    }

    private static long[] required(OnnxNode node, String attribute) {
        return node.integers(attribute).orElseThrow(() -> new GraphException("its " + attribute + " are missing"));
    }

    private static int bounded(long position, int size, int least, int most) {
        return (int) Math.clamp(position < 0 ? position + size : position, (long) least, (long) most);
    }

    static void split(OnnxNode node, Importer graph) {
        int[] input = graph.shape(node, 0);
        int axis = ShapeInference.axis(node.integer("axis", 0), input.length);
        int parts = node.outputs().size();
        long[] sizes;
        if (node.opset() < 13) {
            sizes = node.integers("split").orElse(new long[0]);
        } else {
            sizes = node.hasInput(1) ? graph.integers(node, 1) : new long[0];
        }
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
            if (!node.outputs().get(i).isEmpty()) {
                new Box(input)
                        .side(axis, start, 1, (int) sizes[i])
                        .from(node, graph, node.input(0), node.outputs().get(i));
            }
            start += (int) sizes[i];
        }
    }

    /** Negative padding cuts off, as a slice; the rest surrounds. */
    static void pad(OnnxNode node, Importer graph) {
        int[] input = graph.shape(node, 0);
        String mode = node.text("mode", "constant");
        if (!mode.equals("constant")) {
            throw new GraphException("its mode '" + mode + "' is not supported; only 'constant' is");
        }
        boolean attributes = node.opset() < 11;
        long[] pads = attributes ? required(node, "pads") : graph.integers(node, 1);
        float value = attributes ? node.real("value", 0) : node.hasInput(2) ? scalar(graph.constant(node, 2)) : 0;
        long[] axes = new long[input.length];
        Arrays.setAll(axes, d -> d);
        if (!attributes && node.hasInput(3)) {
            axes = graph.integers(node, 3);
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
        boolean padded = before.stream().anyMatch(n -> n > 0) || after.stream().anyMatch(n -> n > 0);
        String inner = padded ? graph.intermediate(node, "kept") : node.output();
        kept.from(node, graph, node.input(0), inner);
        if (padded) {
            int[] shape = ShapeInference.padded(kept.shape, before, after);
            Op pad = new Op.Pad(List.copyOf(before), List.copyOf(after), value);
            graph.emit(node, pad, List.of(graph.value(inner)), node.output(), shape);
        }
    }

    private static float scalar(OnnxTensor tensor) {
        if (tensor.elements() != 1 || Double.isNaN(tensor.real(0))) {
            throw new GraphException("its constant_value " + tensor + " is not one number");
        }
        return (float) tensor.real(0);
    }

    static void gather(OnnxNode node, Importer graph) {
        int[] input = graph.shape(node, 0);
        int axis = ShapeInference.axis(node.integer("axis", 0), input.length);
        if (!(graph.constant(node, 1) instanceof OnnxTensor.Integers indices)) {
            throw new GraphException("its indices are not integers");
        }
        if (graph.isConstant(node, 0)) {
            long size = (long) ShapeInference.elements(input) / Math.max(1, input[axis]) * indices.elements();
            graph.reserve(new int[] {Math.toIntExact(size)});
            graph.define(node.output(), Constants.gather(graph.constant(node, 0), indices, axis));
            return;
        }
        int count = indices.elements();
        if (count < 1 || count > MAX_GATHERED) {
            throw new GraphException(
                    "it gathers " + count + " pieces of a computed value; 1 to " + MAX_GATHERED + " are supported");
        }
        List<String> pieces = new ArrayList<>();
        for (long index : indices.values()) {
            String piece = graph.intermediate(node, "piece");
            new Box(input)
                    .side(axis, ShapeInference.index(index, input[axis]), 1, 1)
                    .from(node, graph, node.input(0), piece);
            pieces.add(graph.value(piece));
        }
        int[] stacked = input.clone();
        stacked[axis] = count;
        String all = count == 1
                ? pieces.getFirst()
                : graph.emit(node, new Op.Concat(axis), pieces, graph.intermediate(node, "pieces"), stacked);
        int[] shape = new int[input.length - 1 + indices.shape().length];
        System.arraycopy(input, 0, shape, 0, axis);
        System.arraycopy(indices.shape(), 0, shape, axis, indices.shape().length);
        System.arraycopy(input, axis + 1, shape, axis + indices.shape().length, input.length - axis - 1);
        graph.emit(node, new Op.Reshape(), List.of(all), node.output(), shape);
    }
}

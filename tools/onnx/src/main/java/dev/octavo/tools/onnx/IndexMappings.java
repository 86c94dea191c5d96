package dev.octavo.tools.onnx;

import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatScatter;
import dev.octavo.tools.graph.Constant;
import dev.octavo.tools.graph.GraphBuilder;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.NumberType;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.ShapeInference;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Operators that take or put elements at indices: Gather, Scatter and their like, OneHot, Trilu, EyeLike. */
final class IndexMappings {
    private IndexMappings() {}

    static void gather(OnnxNode node, GraphBuilder graph) {
        int axis = node.axis("axis", 0);
        if (node.isConstant(1)) {
            if (!(node.constant(1) instanceof Constant.Integers indices)) {
                throw new GraphException("its indices are not integers");
            }
            node.define(graph.gather(node.input(0), indices, axis));
            return;
        }
        int[] data = node.shape(0);
        int[] indices = node.shape(1);
        int[] shape = new int[data.length - 1 + indices.length];
        System.arraycopy(data, 0, shape, 0, axis);
        System.arraycopy(indices, 0, shape, axis, indices.length);
        System.arraycopy(data, axis + 1, shape, axis + indices.length, data.length - axis - 1);
        node.define(graph.emit(
                new Op.Gather(axis, false), List.of(node.input(0), node.input(1)), shape, graph.type(node.input(0))));
    }

    static void gatherElements(OnnxNode node, GraphBuilder graph) {
        node.define(graph.emit(
                new Op.Gather(node.axis("axis", 0), true),
                List.of(node.input(0), node.input(1)),
                node.shape(1),
                graph.type(node.input(0))));
    }

    /** Indices of several dimensions become one of these taken as one. */
    static void gatherTuples(OnnxNode node, GraphBuilder graph) {
        int[] data = node.shape(0);
        int[] indices = node.shape(1);
        int batch = Math.toIntExact(node.integer("batch_dims", 0));
        int indexed = batch + indices[indices.length - 1];
        if (indexed > data.length) {
            throw new GraphException(
                    "its indices " + Arrays.toString(indices) + " do not fit " + Arrays.toString(data));
        }
        int[] inner = Arrays.copyOfRange(data, indexed, data.length);
        int[] outer = Arrays.copyOf(indices, indices.length - 1);
        String flat = flat(graph, node.input(1), data, batch, indexed);
        int[] rows = join(new int[] {ShapeInference.elements(Arrays.copyOf(data, indexed))}, inner);
        String table = graph.reshape(node.input(0), rows);
        node.define(graph.emit(
                new Op.Gather(0, false), List.of(table, flat), join(outer, inner), graph.type(node.input(0))));
    }

    /** Positions among the first dimensions of a tensor, of tuples of indices along dimensions from {@code batch} on. */
    private static String flat(GraphBuilder graph, String indices, int[] data, int batch, int indexed) {
        int[] shape = graph.shape(indices);
        int tuple = shape.length - 1;
        int[] outer = Arrays.copyOf(shape, tuple);
        String sum = null;
        int stride = 1;
        for (int d = indexed - 1; d >= batch; d--) {
            String index = graph.reshape(graph.part(indices, tuple, d - batch, 1), outer);
            String positive = graph.binary(
                    FloatBinary.Function.MODULO, graph.cast(index, NumberType.FLOAT), graph.scalar(data[d]));
            String term = graph.scaled(positive, stride);
            sum = sum == null ? term : graph.add(sum, term);
            stride *= data[d];
        }
        for (int d = batch - 1; d >= 0; d--) {
            String term = graph.scaled(ReductionMappings.positions(graph, outer, d), stride);
            sum = sum == null ? term : graph.add(sum, term);
            stride *= data[d];
        }
        if (sum == null || (long) ShapeInference.elements(Arrays.copyOf(data, indexed)) > 1 << 24) {
            throw new GraphException("it has no indices, or more than 2^24 elements to choose from");
        }
        return sum;
    }

    private static int[] join(int[] first, int[] second) {
        return IntStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray();
    }

    static void scatterElements(OnnxNode node, GraphBuilder graph) {
        node.define(graph.emit(
                new Op.Scatter(node.axis("axis", 0), combination(node)),
                List.of(node.input(0), node.input(1), node.input(2)),
                node.shape(0),
                graph.type(node.input(0))));
    }

    static void scatterTuples(OnnxNode node, GraphBuilder graph) {
        int[] data = node.shape(0);
        int[] indices = node.shape(1);
        int indexed = indices[indices.length - 1];
        int inner = ShapeInference.elements(Arrays.copyOfRange(data, indexed, data.length));
        int count = ShapeInference.elements(Arrays.copyOf(indices, indices.length - 1));
        int rows = ShapeInference.elements(Arrays.copyOf(data, indexed));
        String flat = graph.reshape(flat(graph, node.input(1), data, 0, indexed), count, 1);
        String result = graph.emit(
                new Op.Scatter(0, combination(node)),
                List.of(graph.reshape(node.input(0), rows, inner), flat, graph.reshape(node.input(2), count, inner)),
                new int[] {rows, inner},
                graph.type(node.input(0)));
        node.define(graph.reshape(result, data));
    }

    private static FloatScatter.Combination combination(OnnxNode node) {
        String reduction = node.text("reduction", "none");
        return switch (reduction) {
            case "none" -> FloatScatter.Combination.REPLACE;
            case "add" -> FloatScatter.Combination.ADD;
            case "mul" -> FloatScatter.Combination.MULTIPLY;
            case "min" -> FloatScatter.Combination.MINIMUM;
            case "max" -> FloatScatter.Combination.MAXIMUM;
            default -> throw new GraphException("its reduction '" + reduction + "' is unknown");
        };
    }

    static void oneHot(OnnxNode node, GraphBuilder graph) {
        int[] indices = node.shape(0);
        int depth = Math.toIntExact((long) node.number(1, 0));
        int axis = ShapeInference.axis(node.integer("axis", -1), indices.length + 1);
        int[] shape = new int[indices.length + 1];
        System.arraycopy(indices, 0, shape, 0, axis);
        shape[axis] = 1;
        System.arraycopy(indices, axis, shape, axis + 1, indices.length - axis);
        String numbers = graph.reshape(graph.cast(node.input(0), NumberType.FLOAT), shape);
        shape[axis] = depth;
        String below = graph.binary(FloatBinary.Function.LESS, numbers, graph.scalar(0));
        String counted = graph.select(below, graph.add(numbers, graph.scalar(depth)), numbers);
        String hot = graph.binary(FloatBinary.Function.EQUAL, counted, ReductionMappings.positions(graph, shape, axis));
        node.define(graph.select(
                hot,
                graph.reshape(graph.part(node.input(2), 0, 1, 1)),
                graph.reshape(graph.part(node.input(2), 0, 0, 1))));
    }

    /** The upper or lower triangle of matrices; the rest is 0. */
    static void triangle(OnnxNode node, GraphBuilder graph) {
        int[] shape = node.shape(0);
        int rows = shape[shape.length - 2];
        int columns = shape[shape.length - 1];
        long diagonal = node.hasInput(1) ? node.integers(1)[0] : 0;
        boolean upper = node.flag("upper", true);
        String zero = graph.typed(graph.scalar(0), graph.type(node.input(0)));
        String mask = band(
                graph, rows, columns, (row, column) -> upper ? column - row >= diagonal : column - row <= diagonal);
        node.define(graph.select(mask, node.input(0), zero));
    }

    static void identityMatrix(OnnxNode node, GraphBuilder graph) {
        int[] shape = node.shape(0);
        long diagonal = node.integer("k", 0);
        NumberType type =
                node.hasAttribute("dtype") ? ConversionMappings.type(node, "dtype") : graph.type(node.input(0));
        node.define(graph.typed(band(graph, shape[0], shape[1], (row, column) -> column - row == diagonal), type));
    }

    private interface Cell {
        boolean holds(int row, int column);
    }

    private static String band(GraphBuilder graph, int rows, int columns, Cell cell) {
        float[] mask = new float[Math.multiplyExact(rows, columns)];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = cell.holds(i / columns, i % columns) ? 1 : 0;
        }
        return graph.constant(Constant.of(new int[] {rows, columns}, mask));
    }
}

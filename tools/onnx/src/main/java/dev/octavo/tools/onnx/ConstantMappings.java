package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.ShapeInference;
import dev.octavo.tools.onnx.proto.TensorProto;
import java.util.Arrays;

/** Operators whose results are known at import: constants, shapes, and conversions of them. */
final class ConstantMappings {
    private ConstantMappings() {}

    static void constant(OnnxNode node, Importer graph) {
        OnnxTensor value;
        if (node.tensor("value").isPresent()) {
            value = graph.decoded(node.tensor("value").orElseThrow(), node);
        } else if (node.hasAttribute("value_float")) {
            value = new OnnxTensor.Floats("FLOAT", new int[0], new float[] {node.real("value_float", 0)});
        } else if (node.hasAttribute("value_int")) {
            value = new OnnxTensor.Integers("INT64", new int[0], new long[] {node.integer("value_int", 0)});
        } else if (node.reals("value_floats").isPresent()) {
            float[] reals = node.reals("value_floats").orElseThrow();
            value = new OnnxTensor.Floats("FLOAT", new int[] {reals.length}, reals);
        } else {
            value = OnnxTensor.vector(node.integers("value_ints")
                    .orElseThrow(() -> new GraphException("it has no value that is a dense tensor of numbers")));
        }
        graph.define(node.output(), value);
    }

    static void constantOfShape(OnnxNode node, Importer graph) {
        int[] shape = extents(graph.integers(node, 0));
        OnnxTensor value = node.tensor("value")
                .map(tensor -> graph.decoded(tensor, node))
                .orElse(new OnnxTensor.Floats("FLOAT", new int[] {1}, new float[1]));
        if (value.elements() != 1) {
            throw new GraphException("its value " + value + " is not one number");
        }
        graph.reserve(shape);
        graph.define(node.output(), value.select(shape, i -> 0));
    }

    /** Stated extents of a shape, checked for their range. */
    static int[] extents(long[] stated) {
        int[] shape = new int[stated.length];
        for (int d = 0; d < shape.length; d++) {
            if (stated[d] < 0 || stated[d] > Integer.MAX_VALUE) {
                throw new GraphException("its shape " + Arrays.toString(stated) + " is out of range");
            }
            shape[d] = (int) stated[d];
        }
        return shape;
    }

    static void shape(OnnxNode node, Importer graph) {
        int[] shape = graph.shape(node, 0);
        int start = position(node.integer("start", 0), shape.length);
        int end = position(node.integer("end", shape.length), shape.length);
        long[] extents =
                Arrays.stream(shape, start, Math.max(start, end)).asLongStream().toArray();
        graph.define(node.output(), OnnxTensor.vector(extents));
    }

    private static int position(long stated, int rank) {
        return (int) Math.clamp(stated < 0 ? stated + rank : stated, 0L, (long) rank);
    }

    static void size(OnnxNode node, Importer graph) {
        long size = ShapeInference.elements(graph.shape(node, 0));
        graph.define(node.output(), new OnnxTensor.Integers("INT64", new int[0], new long[] {size}));
    }

    static void cast(OnnxNode node, Importer graph) {
        TensorProto.DataType target = TensorProto.DataType.forNumber(Math.toIntExact(node.integer("to", 0)));
        if (target == null || target == TensorProto.DataType.UNDEFINED) {
            throw new GraphException("it casts to the unknown type " + node.integer("to", 0));
        }
        if (graph.isConstant(node, 0)) {
            graph.define(node.output(), Constants.cast(graph.constant(node, 0), target.name()));
        } else if (graph.codes(node.input(0)).isPresent()) {
            graph.alias(node.output(), QuantizationMappings.asCodes(node, graph, node.input(0)));
        } else if (Operators.REAL_TYPES.contains(target.name())) {
            graph.alias(node.output(), node.input(0));
        } else {
            throw new GraphException("it casts a computed value to " + target + ", which is not supported");
        }
    }

    static void range(OnnxNode node, Importer graph) {
        OnnxTensor first = graph.constant(node, 0);
        double start = first.real(0);
        double step = graph.constant(node, 2).real(0);
        double count = Math.max(0, Math.ceil((graph.constant(node, 1).real(0) - start) / step));
        if (!(count <= Integer.MAX_VALUE)) {
            throw new GraphException("it counts from " + start + " in steps of " + step + " without end");
        }
        int[] shape = {(int) count};
        graph.reserve(shape);
        if (first instanceof OnnxTensor.Integers) {
            long[] values = new long[shape[0]];
            Arrays.setAll(values, i -> (long) start + i * (long) step);
            graph.define(node.output(), OnnxTensor.vector(values));
        } else {
            float[] values = new float[shape[0]];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (start + i * step);
            }
            graph.define(node.output(), new OnnxTensor.Floats("FLOAT", shape, values));
        }
    }
}

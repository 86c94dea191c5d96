package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.Constant;
import dev.octavo.tools.graph.GraphBuilder;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.NumberType;
import dev.octavo.tools.graph.ShapeInference;
import java.util.Arrays;
import java.util.Optional;

/** Operators whose results are known at import: constants and shapes. */
final class ConstantMappings {
    private ConstantMappings() {}

    static void constant(OnnxNode node, GraphBuilder graph) {
        Optional<Constant> tensor = node.tensor("value");
        if (tensor.isPresent()) {
            node.define(tensor.get());
        } else if (node.hasAttribute("value_float")) {
            node.define(Constant.scalar(node.real("value_float", 0)));
        } else if (node.hasAttribute("value_int")) {
            node.define(integer(node.integer("value_int", 0)));
        } else if (node.reals("value_floats").isPresent()) {
            node.define(Constant.vector(node.reals("value_floats").orElseThrow()));
        } else {
            node.define(Constant.vector(node.integers("value_ints")
                    .orElseThrow(() -> new GraphException("it has no value that is a dense tensor of numbers"))));
        }
    }

    private static Constant integer(long value) {
        return new Constant.Integers(NumberType.INT64, new int[0], new long[] {value});
    }

    static void constantOfShape(OnnxNode node, GraphBuilder graph) {
        int[] shape = OnnxNode.extents(node.integers(0));
        Constant value = node.tensor("value").orElse(Constant.vector(0f));
        if (value.elements() != 1) {
            throw new GraphException("its value " + value + " is not one number");
        }
        node.define(graph.expand(graph.constant(value.reshaped()), shape));
    }

    static void shape(OnnxNode node, GraphBuilder graph) {
        int[] shape = node.shape(0);
        int start = position(node.integer("start", 0), shape.length);
        int end = position(node.integer("end", shape.length), shape.length);
        node.define(Constant.vector(
                Arrays.stream(shape, start, Math.max(start, end)).asLongStream().toArray()));
    }

    private static int position(long stated, int rank) {
        return (int) Math.clamp(stated < 0 ? stated + rank : stated, 0L, (long) rank);
    }

    static void size(OnnxNode node, GraphBuilder graph) {
        node.define(integer(ShapeInference.elements(node.shape(0))));
    }

    static void range(OnnxNode node, GraphBuilder graph) {
        Constant first = node.constant(0);
        double start = first.real(0);
        double step = node.constant(2).real(0);
        double count = Math.max(0, Math.ceil((node.constant(1).real(0) - start) / step));
        if (!(count <= Integer.MAX_VALUE)) {
            throw new GraphException("it counts from " + start + " in steps of " + step + " without end");
        }
        int[] shape = {(int) count};
        graph.reserve(shape);
        if (first instanceof Constant.Integers) {
            long[] values = new long[shape[0]];
            Arrays.setAll(values, i -> (long) start + i * (long) step);
            node.define(new Constant.Integers(first.type(), shape, values));
        } else {
            float[] values = new float[shape[0]];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (start + i * step);
            }
            node.define(Constant.vector(values));
        }
    }
}

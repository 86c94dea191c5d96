package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.GraphBuilder;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.NumberType;
import dev.octavo.tools.onnx.proto.TensorProto;

/** Cast: numbers in another type. */
final class ConversionMappings {
    private ConversionMappings() {}

    static void cast(OnnxNode node, GraphBuilder graph) {
        node.define(cast(graph, node.input(0), type(node)));
    }

    private static NumberType type(OnnxNode node) {
        TensorProto.DataType target = TensorProto.DataType.forNumber(Math.toIntExact(node.integer("to", 0)));
        if (target == null || target == TensorProto.DataType.UNDEFINED) {
            throw new GraphException("it casts to the unknown type " + node.integer("to", 0));
        }
        try {
            return NumberType.valueOf(target.name());
        } catch (IllegalArgumentException e) {
            throw new GraphException("it casts to " + target + ", which is not supported", e);
        }
    }

    private static String cast(GraphBuilder graph, String value, NumberType type) {
        if (graph.isConstant(value)) {
            return graph.typed(value, type);
        }
        if (graph.grid(value).isPresent()) {
            return graph.codes(value);
        }
        if (type.isReal()) {
            return graph.typed(value, type);
        }
        throw new GraphException("it casts a computed value to " + type + ", which is not supported");
    }
}

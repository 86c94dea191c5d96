package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.GraphBuilder;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.NumberType;
import dev.octavo.tools.onnx.proto.TensorProto;

/** Cast and CastLike: numbers in another type. */
final class ConversionMappings {
    private ConversionMappings() {}

    static void cast(OnnxNode node, GraphBuilder graph) {
        node.define(cast(graph, node.input(0), type(node, "to")));
    }

    static void castLike(OnnxNode node, GraphBuilder graph) {
        node.define(cast(graph, node.input(0), graph.type(node.input(1))));
    }

    /** A type that an attribute states: by its number, or before opset 6 by its name. */
    static NumberType type(OnnxNode node, String attribute) {
        if (node.opset() < 6) {
            return type(node.text(attribute, ""));
        }
        TensorProto.DataType target = TensorProto.DataType.forNumber(Math.toIntExact(node.integer(attribute, 0)));
        if (target == null || target == TensorProto.DataType.UNDEFINED) {
            throw new GraphException("it casts to the unknown type " + node.integer(attribute, 0));
        }
        return type(target.name());
    }

    private static NumberType type(String name) {
        try {
            return NumberType.valueOf(name);
        } catch (IllegalArgumentException e) {
            throw new GraphException("it casts to " + name + ", which is not supported", e);
        }
    }

    private static String cast(GraphBuilder graph, String value, NumberType type) {
        return graph.cast(
                !graph.isConstant(value) && graph.grid(value).isPresent()
                        ? graph.typed(graph.codes(value), graph.type(value))
                        : value,
                type);
    }
}

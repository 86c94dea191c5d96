package dev.octavo.tools.onnx;

import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.ShapeInference;
import java.util.List;

/** Functions of one element, and of two. */
final class ElementwiseMappings {
    private ElementwiseMappings() {}

    static void relu(OnnxNode node, Importer graph) {
        unary(node, graph, FloatUnary.Function.CLIP, 0, Float.POSITIVE_INFINITY);
    }

    /** Bounds became inputs with opset 11. The upper one wins where they cross. */
    static void clip(OnnxNode node, Importer graph) {
        boolean attributes = node.opset() < 11;
        float low =
                attributes ? node.real("min", Float.NEGATIVE_INFINITY) : bound(node, graph, 1, Float.NEGATIVE_INFINITY);
        float high =
                attributes ? node.real("max", Float.POSITIVE_INFINITY) : bound(node, graph, 2, Float.POSITIVE_INFINITY);
        if (Float.isNaN(low) || Float.isNaN(high)) {
            throw new GraphException("its bounds " + low + " and " + high + " are no numbers");
        }
        unary(node, graph, FloatUnary.Function.CLIP, Math.min(low, high), high);
    }

    private static float bound(OnnxNode node, Importer graph, int input, float otherwise) {
        if (!node.hasInput(input)) {
            return otherwise;
        }
        OnnxTensor bound = graph.constant(node, input);
        if (!(bound instanceof OnnxTensor.Floats) || bound.elements() != 1) {
            throw new GraphException("its bound '" + node.input(input) + "' is " + bound + " instead of one float");
        }
        return (float) bound.real(0);
    }

    static void leakyRelu(OnnxNode node, Importer graph) {
        unary(node, graph, FloatUnary.Function.LEAKY_RELU, node.real("alpha", 0.01f), 0);
    }

    static void sigmoid(OnnxNode node, Importer graph) {
        unary(node, graph, FloatUnary.Function.SIGMOID, 0, 0);
    }

    static void hardSigmoid(OnnxNode node, Importer graph) {
        unary(node, graph, FloatUnary.Function.HARD_SIGMOID, node.real("alpha", 0.2f), node.real("beta", 0.5f));
    }

    static void hardSwish(OnnxNode node, Importer graph) {
        unary(node, graph, FloatUnary.Function.HARD_SWISH, 0, 0);
    }

    private static void unary(OnnxNode node, Importer graph, FloatUnary.Function function, float alpha, float beta) {
        Op.Unary unary = new Op.Unary(function, alpha, beta);
        if (graph.isConstant(node, 0)) {
            graph.define(node.output(), Constants.unary(unary, graph.constant(node, 0)));
        } else {
            graph.emit(node, unary, List.of(graph.value(node, 0)), node.output(), graph.shape(node, 0));
        }
    }

    static void binary(OnnxNode node, Importer graph) {
        if (graph.isConstant(node, 0) && graph.isConstant(node, 1)) {
            OnnxTensor left = graph.constant(node, 0);
            OnnxTensor right = graph.constant(node, 1);
            graph.reserve(ShapeInference.broadcast(left.shape(), right.shape()));
            graph.define(node.output(), Constants.binary(node.op(), left, right));
            return;
        }
        FloatBinary.Function function = switch (node.op()) {
            case "Add" -> FloatBinary.Function.ADD;
            case "Sub" -> FloatBinary.Function.SUBTRACT;
            case "Mul" -> FloatBinary.Function.MULTIPLY;
            default -> FloatBinary.Function.DIVIDE;
        };
        combine(node, graph, function, graph.value(node, 0), graph.value(node, 1), node.output());
    }

    static void sum(OnnxNode node, Importer graph) {
        chain(node, graph, FloatBinary.Function.ADD);
    }

    /** Min and Max. One number among two operands is a bound, which layers can take into them. */
    static void extreme(OnnxNode node, Importer graph) {
        boolean least = node.op().equals("Min");
        if (node.inputs().size() == 2) {
            for (int i = 0; i < 2; i++) {
                if (!graph.isConstant(node, 1 - i) && isNumber(node, graph, i)) {
                    float bound = (float) graph.constant(node, i).real(0);
                    float low = least ? Float.NEGATIVE_INFINITY : bound;
                    float high = least ? bound : Float.POSITIVE_INFINITY;
                    Op.Unary clip = new Op.Unary(FloatUnary.Function.CLIP, low, high);
                    graph.emit(node, clip, List.of(graph.value(node, 1 - i)), node.output(), graph.shape(node, 1 - i));
                    return;
                }
            }
        }
        chain(node, graph, least ? FloatBinary.Function.MINIMUM : FloatBinary.Function.MAXIMUM);
    }

    private static boolean isNumber(OnnxNode node, Importer graph, int input) {
        return graph.isConstant(node, input)
                && graph.constant(node, input) instanceof OnnxTensor.Floats bound
                && bound.elements() == 1
                && bound.shape().length == 0
                && !Float.isNaN(bound.values()[0]);
    }

    /** An associative function of any number of operands. */
    private static void chain(OnnxNode node, Importer graph, FloatBinary.Function function) {
        int terms = node.inputs().size();
        if (terms == 1) {
            graph.alias(node.output(), node.input(0));
            return;
        }
        String result = graph.value(node, 0);
        for (int i = 1; i < terms; i++) {
            String output = i == terms - 1 ? node.output() : graph.intermediate(node, "part");
            result = combine(node, graph, function, result, graph.value(node, i), output);
        }
    }

    private static String combine(
            OnnxNode node, Importer graph, FloatBinary.Function function, String left, String right, String output) {
        int[] shape = ShapeInference.broadcast(graph.shape(left), graph.shape(right));
        return graph.emit(node, new Op.Binary(function), List.of(left, right), output, shape);
    }
}

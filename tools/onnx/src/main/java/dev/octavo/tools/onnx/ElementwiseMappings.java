package dev.octavo.tools.onnx;

import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.tools.graph.Constant;
import dev.octavo.tools.graph.GraphBuilder;
import dev.octavo.tools.graph.GraphException;

/** Functions of one element, and of two. */
final class ElementwiseMappings {
    private ElementwiseMappings() {}

    static void relu(OnnxNode node, GraphBuilder graph) {
        node.define(graph.clip(node.input(0), 0, Float.POSITIVE_INFINITY));
    }

    /** Bounds became inputs with opset 11. The upper one wins where they cross. */
    static void clip(OnnxNode node, GraphBuilder graph) {
        boolean attributes = node.opset() < 11;
        float low = attributes ? node.real("min", Float.NEGATIVE_INFINITY) : bound(node, 1, Float.NEGATIVE_INFINITY);
        float high = attributes ? node.real("max", Float.POSITIVE_INFINITY) : bound(node, 2, Float.POSITIVE_INFINITY);
        if (Float.isNaN(low) || Float.isNaN(high)) {
            throw new GraphException("its bounds " + low + " and " + high + " are no numbers");
        }
        node.define(graph.clip(node.input(0), Math.min(low, high), high));
    }

    private static float bound(OnnxNode node, int input, float otherwise) {
        if (!node.hasInput(input)) {
            return otherwise;
        }
        Constant bound = node.constant(input);
        if (bound.elements() != 1) {
            throw new GraphException("its bound '" + node.input(input) + "' is " + bound + " instead of one number");
        }
        return (float) bound.real(0);
    }

    static void leakyRelu(OnnxNode node, GraphBuilder graph) {
        node.define(graph.unary(FloatUnary.Function.LEAKY_RELU, node.real("alpha", 0.01f), 0, node.input(0)));
    }

    static void sigmoid(OnnxNode node, GraphBuilder graph) {
        node.define(graph.unary(FloatUnary.Function.SIGMOID, node.input(0)));
    }

    static void hardSigmoid(OnnxNode node, GraphBuilder graph) {
        node.define(graph.unary(
                FloatUnary.Function.HARD_SIGMOID, node.real("alpha", 0.2f), node.real("beta", 0.5f), node.input(0)));
    }

    static void hardSwish(OnnxNode node, GraphBuilder graph) {
        node.define(graph.unary(FloatUnary.Function.HARD_SWISH, node.input(0)));
    }

    static Mapping binary(FloatBinary.Function function) {
        return (node, graph) -> node.define(graph.binary(function, node.input(0), node.input(1)));
    }

    /** An associative function of any number of operands. */
    static Mapping chain(FloatBinary.Function function) {
        return (node, graph) -> {
            String result = node.input(0);
            for (int i = 1; i < node.inputs().size(); i++) {
                result = graph.binary(function, result, node.input(i));
            }
            node.define(result);
        };
    }

    /** Min and Max. One number among two operands is a bound, which layers can take into them. */
    static Mapping extreme(FloatBinary.Function function) {
        return (node, graph) -> {
            if (node.inputs().size() == 2) {
                for (int i = 0; i < 2; i++) {
                    if (!node.isConstant(1 - i) && isNumber(node, i) && addsNoDimension(node, i)) {
                        boolean least = function == FloatBinary.Function.MINIMUM;
                        float bound = (float) node.constant(i).real(0);
                        float low = least ? Float.NEGATIVE_INFINITY : bound;
                        float high = least ? bound : Float.POSITIVE_INFINITY;
                        node.define(graph.clip(node.input(1 - i), low, high));
                        return;
                    }
                }
            }
            chain(function).map(node, graph);
        };
    }

    private static boolean isNumber(OnnxNode node, int input) {
        return node.isConstant(input)
                && node.constant(input) instanceof Constant.Floats bound
                && bound.elements() == 1
                && !Float.isNaN(bound.values()[0]);
    }

    private static boolean addsNoDimension(OnnxNode node, int input) {
        return node.shape(input).length <= node.shape(1 - input).length;
    }
}

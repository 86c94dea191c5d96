package dev.octavo.tools.onnx;

import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.tools.graph.Constant;
import dev.octavo.tools.graph.GraphBuilder;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.NumberType;
import java.util.Arrays;

/** Functions of one element, and of two. */
final class ElementwiseMappings {
    private ElementwiseMappings() {}

    static void relu(OnnxNode node, GraphBuilder graph) {
        node.define(graph.clip(node.input(0), 0, Float.POSITIVE_INFINITY));
    }

    /** Bounds became inputs with opset 11. The upper one wins where they cross. */
    static void clip(OnnxNode node, GraphBuilder graph) {
        boolean attributes = node.opset() < 11;
        if (!attributes && (computed(node, 1) || computed(node, 2))) {
            String value = node.input(0);
            value = node.hasInput(1) ? graph.binary(FloatBinary.Function.MAXIMUM, value, node.input(1)) : value;
            value = node.hasInput(2) ? graph.binary(FloatBinary.Function.MINIMUM, value, node.input(2)) : value;
            node.define(value);
            return;
        }
        float low = attributes ? node.real("min", Float.NEGATIVE_INFINITY) : bound(node, 1, Float.NEGATIVE_INFINITY);
        float high = attributes ? node.real("max", Float.POSITIVE_INFINITY) : bound(node, 2, Float.POSITIVE_INFINITY);
        if (Float.isNaN(low) || Float.isNaN(high)) {
            throw new GraphException("its bounds " + low + " and " + high + " are no numbers");
        }
        node.define(graph.clip(node.input(0), Math.min(low, high), high));
    }

    private static boolean computed(OnnxNode node, int input) {
        return node.hasInput(input) && !node.isConstant(input);
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

    /** A function without parameters. */
    static Mapping unary(FloatUnary.Function function) {
        return (node, graph) -> node.define(graph.unary(function, node.input(0)));
    }

    /**
     * A function with attributes for its parameters.
     *
     * @param alpha name of the first
     * @param beta name of the second; empty for none
     */
    static Mapping unary(FloatUnary.Function function, String alpha, double first, String beta, double second) {
        return (node, graph) -> node.define(graph.unary(
                function,
                node.real(alpha, (float) first),
                beta.isEmpty() ? (float) second : node.real(beta, (float) second),
                node.input(0)));
    }

    static void gelu(OnnxNode node, GraphBuilder graph) {
        boolean tanh = node.text("approximate", "none").equals("tanh");
        node.define(graph.unary(tanh ? FloatUnary.Function.GELU_TANH : FloatUnary.Function.GELU, node.input(0)));
    }

    static void isInfinite(OnnxNode node, GraphBuilder graph) {
        String found = graph.unary(
                FloatUnary.Function.IS_INFINITE,
                (float) node.integer("detect_negative", 1),
                (float) node.integer("detect_positive", 1),
                node.input(0));
        node.define(graph.typed(found, NumberType.BOOL));
    }

    static void not(OnnxNode node, GraphBuilder graph) {
        node.define(graph.typed(graph.unary(FloatUnary.Function.NOT, node.input(0)), NumberType.BOOL));
    }

    static void isNan(OnnxNode node, GraphBuilder graph) {
        node.define(graph.typed(graph.unary(FloatUnary.Function.IS_NAN, node.input(0)), NumberType.BOOL));
    }

    /** A constant exponent of 2 is a product, of 0.5 a root. */
    static void power(OnnxNode node, GraphBuilder graph) {
        String base = node.input(0);
        String exponent = aligned(node, graph);
        if (!node.isConstant(0) && isNumber(node, 1) && addsNoDimension(node, 1)) {
            float power = (float) node.constant(1).real(0);
            node.define(
                    power == 2
                            ? graph.multiply(base, base)
                            : power == 0.5f
                                    ? graph.unary(FloatUnary.Function.SQRT, base)
                                    : graph.unary(FloatUnary.Function.POWER, power, 0, base));
        } else {
            NumberType type = graph.type(base);
            node.define(graph.cast(
                    graph.binary(
                            FloatBinary.Function.POWER,
                            graph.cast(base, NumberType.FLOAT),
                            graph.cast(exponent, NumberType.FLOAT)),
                    type));
        }
    }

    static void remainder(OnnxNode node, GraphBuilder graph) {
        FloatBinary.Function function =
                node.flag("fmod", false) ? FloatBinary.Function.REMAINDER : FloatBinary.Function.MODULO;
        node.define(graph.binary(function, node.input(0), node.input(1)));
    }

    /** Before opset 7 a slope of each channel is a vector. */
    static void parametricRelu(OnnxNode node, GraphBuilder graph) {
        String slope = node.input(1);
        int[] shape = node.shape(0);
        if (isNumber(node, 1)) {
            float alpha = (float) node.constant(1).real(0);
            node.define(graph.unary(FloatUnary.Function.LEAKY_RELU, alpha, 0, node.input(0)));
            return;
        }
        if (graph.rank(slope) == 1 && node.opset() < 9 && shape.length > 2 && node.shape(1)[0] == shape[1]) {
            int[] perChannel = new int[shape.length - 1];
            Arrays.fill(perChannel, 1);
            perChannel[0] = shape[1];
            slope = graph.reshape(slope, perChannel);
        }
        node.define(graph.binary(FloatBinary.Function.PARAMETRIC_RELU, node.input(0), slope));
    }

    static Mapping binary(FloatBinary.Function function) {
        return (node, graph) -> node.define(graph.binary(function, node.input(0), aligned(node, graph)));
    }

    /** A quotient by a constant is a product with its inverse, which has a form in integers. */
    static void divide(OnnxNode node, GraphBuilder graph) {
        String divisor = aligned(node, graph);
        boolean inverted = !node.isConstant(0)
                && graph.isConstant(divisor)
                && graph.constantOf(divisor) instanceof Constant.Floats floats
                && invertible(floats.values());
        node.define(
                inverted
                        ? graph.multiply(node.input(0), graph.unary(FloatUnary.Function.RECIPROCAL, divisor))
                        : graph.divide(node.input(0), divisor));
    }

    private static boolean invertible(float[] values) {
        for (float value : values) {
            if (!(Math.abs(1 / value) <= Float.MAX_VALUE)) {
                return false;
            }
        }
        return true;
    }

    /** A difference from a constant is a sum with its opposite, which has a form in integers. */
    static void subtract(OnnxNode node, GraphBuilder graph) {
        String right = aligned(node, graph);
        boolean opposite =
                !node.isConstant(0) && graph.isConstant(right) && graph.constantOf(right) instanceof Constant.Floats;
        node.define(
                opposite
                        ? graph.add(node.input(0), graph.unary(FloatUnary.Function.NEGATE, right))
                        : graph.subtract(node.input(0), right));
    }

    /** The second operand. Before opset 7 its dimensions could be aligned with those of the first from an axis on. */
    static String aligned(OnnxNode node, GraphBuilder graph) {
        int[] left = node.shape(0);
        int[] right = node.shape(1);
        if (node.opset() >= 7 || !node.flag("broadcast", false) || !node.hasAttribute("axis")) {
            return node.input(1);
        }
        int axis = node.axis("axis", 0);
        int[] shape = new int[left.length - axis];
        Arrays.fill(shape, 1);
        System.arraycopy(right, 0, shape, 0, Math.min(right.length, shape.length));
        return graph.reshape(node.input(1), shape);
    }

    static void mean(OnnxNode node, GraphBuilder graph) {
        String sum = node.input(0);
        for (int i = 1; i < node.inputs().size(); i++) {
            sum = graph.add(sum, node.input(i));
        }
        node.define(
                node.inputs().size() == 1
                        ? sum
                        : graph.divide(sum, graph.scalar(node.inputs().size())));
    }

    /** {@code right < left}, and its like, as a comparison of the operands in the other order. */
    static Mapping exchanged(FloatBinary.Function function) {
        return (node, graph) -> node.define(graph.binary(function, aligned(node, graph), node.input(0)));
    }

    static void exclusiveOr(OnnxNode node, GraphBuilder graph) {
        String equal = graph.binary(FloatBinary.Function.EQUAL, node.input(0), aligned(node, graph));
        node.define(graph.typed(graph.unary(FloatUnary.Function.NOT, equal), NumberType.BOOL));
    }

    static void where(OnnxNode node, GraphBuilder graph) {
        node.define(graph.select(node.input(0), node.input(1), node.input(2)));
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

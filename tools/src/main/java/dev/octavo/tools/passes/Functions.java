package dev.octavo.tools.passes;

import dev.octavo.tools.graph.Op;
import java.util.function.DoubleUnaryOperator;

/** The functions of elements, in double precision. */
final class Functions {
    private Functions() {}

    static DoubleUnaryOperator of(Op.Unary unary) {
        double alpha = unary.alpha();
        double beta = unary.beta();
        return switch (unary.function()) {
            case CLIP -> x -> Math.max(alpha, Math.min(x, beta));
            case LEAKY_RELU -> x -> x < 0 ? alpha * x : x;
            case SIGMOID -> x -> 1 / (1 + Math.exp(-x));
            case HARD_SIGMOID -> x -> Math.clamp(alpha * x + beta, 0, 1);
            case HARD_SWISH -> x -> x * Math.clamp(x / 6 + 0.5, 0, 1);
        };
    }
}

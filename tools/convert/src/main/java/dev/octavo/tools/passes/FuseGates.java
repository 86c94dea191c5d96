package dev.octavo.tools.passes;

import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import java.util.List;
import java.util.Optional;

/** Makes one function of {@code x · sigmoid(x)} and {@code x · hardSigmoid(x)}: SiLU and HardSwish. */
public final class FuseGates implements Pass {
    private static final float SAME = 1e-5f;

    @Override
    public String name() {
        return "fuse-gates";
    }

    @Override
    public Graph apply(Graph graph) {
        Graph current = graph;
        for (Node product : graph.nodes()) {
            if (product.op() instanceof Op.Binary binary && binary.function() == FloatBinary.Function.MULTIPLY) {
                for (int i = 0; i < 2; i++) {
                    String value = product.inputs().get(i);
                    Optional<Node> gate = current.producer(product.inputs().get(1 - i))
                            .filter(node -> node.op() instanceof Op.Unary
                                    && node.input().equals(value)
                                    && function((Op.Unary) node.op()).isPresent()
                                    && graph.onlyConsumer(node.output()).isPresent());
                    if (gate.isPresent()) {
                        Op.Unary fused = function((Op.Unary) gate.get().op()).orElseThrow();
                        current = current.edit()
                                .remove(gate.get())
                                .replace(new Node(product.name(), fused, List.of(value), product.output()))
                                .build();
                        break;
                    }
                }
            }
        }
        return current;
    }

    private static Optional<Op.Unary> function(Op.Unary gate) {
        return switch (gate.function()) {
            case SIGMOID -> Optional.of(new Op.Unary(FloatUnary.Function.SWISH, 1, 0));
            case HARD_SIGMOID ->
                Math.abs(gate.alpha() - 1f / 6f) < SAME && Math.abs(gate.beta() - 0.5f) < SAME
                        ? Optional.of(new Op.Unary(FloatUnary.Function.HARD_SWISH, 0, 0))
                        : Optional.empty();
            default -> Optional.empty();
        };
    }
}

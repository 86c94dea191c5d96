package dev.octavo.tools.passes;

import dev.octavo.tools.graph.Graph;
import java.util.List;
import java.util.function.BiConsumer;

/** Lists of passes, in the order in which they work. */
public final class Passes {
    private Passes() {}

    /**
     * What every use of an imported graph begins with. Afterwards each layer carries its normalization, its activation
     * and its residual, and the function is the same but for float rounding.
     */
    public static List<Pass> folding() {
        return List.of(
                new RemoveIdentities(),
                new ReplaceSpatialMean(),
                new SeparateCountedPadding(),
                new FoldPadding(),
                new FoldConstantOperands(),
                new FoldBatchNormalization(),
                // Once more: normalizations with a scale or a shift of their own behind them are layers now.
                new FoldConstantOperands(),
                new FuseResiduals(),
                new FuseActivations());
    }

    /** Applies passes one after the other. */
    public static Graph apply(Graph graph, List<Pass> passes) {
        return apply(graph, passes, (pass, result) -> {});
    }

    /** Applies passes one after the other, and shows each result, for dumps. */
    public static Graph apply(Graph graph, List<Pass> passes, BiConsumer<Pass, Graph> listener) {
        Graph current = graph;
        for (Pass pass : passes) {
            current = pass.apply(current);
            listener.accept(pass, current);
        }
        return current;
    }
}

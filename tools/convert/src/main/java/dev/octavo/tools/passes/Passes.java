package dev.octavo.tools.passes;

import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.progress.ConversionListener;
import dev.octavo.tools.progress.ConversionStage;
import java.util.List;

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
                new RecognizeFunctions(),
                new ReplaceSpatialMean(),
                new SeparateCountedPadding(),
                new FoldPadding(),
                new FoldConstantOperands(),
                new FoldBatchNormalization(),
                // Once more: normalizations with a scale or a shift of their own behind them are layers now.
                new FoldConstantOperands(),
                new FuseGates(),
                new FuseResiduals(),
                new FuseActivations());
    }

    /** Applies passes one after the other. */
    public static Graph apply(Graph graph, List<Pass> passes) {
        return apply(graph, passes, ConversionListener.none());
    }

    /** Applies passes one after the other, and tells how many are done. */
    public static Graph apply(Graph graph, List<Pass> passes, ConversionListener listener) {
        Graph current = graph;
        for (int i = 0; i < passes.size(); i++) {
            listener.progressed(ConversionStage.REWRITING, i, passes.size());
            Graph changed = passes.get(i).apply(current);
            listener.rewritten(passes.get(i).name(), changed::dump);
            current = changed;
        }
        listener.progressed(ConversionStage.REWRITING, passes.size(), passes.size());
        return current;
    }
}

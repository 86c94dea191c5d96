package dev.octavo.tools.fidelity;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How close a model in integers came to its float network on drawn inputs.
 *
 * @param outputs in the order of the network, at least one
 * @param agreement of a classifier, the share of inputs in [0, 1] for which both are expected to choose the same class; empty for
 *     other networks
 * @param inputs how many inputs were compared
 */
public record Fidelity(List<Output> outputs, OptionalDouble agreement, int inputs) {
    /** Below this networks lose several points of accuracy: a warning is due. */
    public static final double DOUBTFUL_DB = 18;

    /** Below this networks are mostly broken. */
    public static final double BROKEN_DB = 10;

    /**
     * One output.
     *
     * @param name in the network
     * @param sqnrDb 10·log10(Σ z² / Σ (z − z')²) over all inputs and elements; infinite where nothing differs
     */
    public record Output(String name, double sqnrDb) {}

    /** Copies the list. */
    public Fidelity {
        outputs = List.copyOf(outputs);
    }

    /** Returns the output with the least ratio. */
    public Output worst() {
        return outputs.stream().min(Comparator.comparingDouble(Output::sqnrDb)).orElseThrow();
    }

    /** Whether a warning is due. */
    public boolean doubtful() {
        return worst().sqnrDb < DOUBTFUL_DB;
    }

    /** Whether the model is to be taken for broken. */
    public boolean broken() {
        return worst().sqnrDb < BROKEN_DB;
    }
}

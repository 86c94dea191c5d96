package dev.octavo.tools.simulate;

import dev.octavo.tools.graph.Node;

/**
 * Sees, and may change, what flows through a graph while {@link FloatExecutor} runs it. Whatever is written into the values
 * of a batch, the readers of the value get.
 */
public interface Interposer {
    /** Changes nothing. */
    Interposer NONE = new Interposer() {};

    /**
     * A layer is about to read its first input; to look at only.
     *
     * @param layer a node whose operator is a {@link dev.octavo.tools.graph.Op.Layer}
     */
    default void reads(Node layer, FloatBatch input) {}

    /**
     * What a layer reads in the place of its first input.
     *
     * @param layer a node whose operator is a {@link dev.octavo.tools.graph.Op.Layer}
     * @param input not to be changed, since others may read it
     */
    default FloatBatch operand(Node layer, FloatBatch input) {
        return input;
    }

    /**
     * A layer has computed its weighted sum with the bias, before its residual and its clamp.
     *
     * @param layer a node whose operator is a {@link dev.octavo.tools.graph.Op.Layer}
     */
    default void sum(Node layer, FloatBatch sum) {}

    /** A value is complete: an input of the graph, or the output of a node. */
    default void value(String name, FloatBatch batch) {}
}

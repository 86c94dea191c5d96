package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.GraphBuilder;

/** How one operator of the format becomes nodes of a graph, or a constant. */
@FunctionalInterface
interface Mapping {
    /**
     * Defines the node's outputs in the graph.
     *
     * @throws dev.octavo.tools.graph.GraphException with the reason, without the node, if it cannot
     */
    void map(OnnxNode node, GraphBuilder graph);
}

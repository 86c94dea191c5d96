package dev.octavo.tools.passes;

import dev.octavo.tools.graph.Graph;

/** A change of a graph that keeps the function it computes, unless a pass says otherwise. */
public interface Pass {
    /** What dumps and reports call it. */
    String name();

    /** The changed graph. */
    Graph apply(Graph graph);
}

package dev.octavo.tools.passes;

import dev.octavo.tools.graph.ChannelStatistics;
import dev.octavo.tools.graph.Graph;
import java.util.Map;

/** Finds out what the activations of a graph look like. */
public interface Measurer {
    /** Measures nothing: what batch normalizations know has to do. */
    Measurer NONE = (graph, input, normalized) -> Measurements.NONE;

    /**
     * Measures a graph that is ready to be quantized.
     *
     * @param input how its input is given
     * @param normalized the statistics of the layers that have a batch normalization of their own, by the name of the node
     */
    Measurements measure(Graph graph, InputEncoding input, Map<String, ChannelStatistics> normalized);
}

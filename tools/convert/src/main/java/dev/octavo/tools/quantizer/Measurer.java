package dev.octavo.tools.quantizer;

import dev.octavo.tools.graph.ChannelStatistics;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.progress.ConversionListener;
import dev.octavo.tools.statistics.InputEncoding;
import java.util.Map;

/** Finds out what the activations of a graph look like. */
public interface Measurer {
    /** Measures nothing: what batch normalizations know has to do. */
    Measurer NONE = (graph, input, normalized, listener) -> Measurements.NONE;

    /**
     * Samples a graph whose normalizations are folded, before its channels are rescaled.
     *
     * @param input how its input is given
     * @param normalized the statistics of the layers that have a batch normalization of their own, by the name of the node
     * @param listener hears how many nodes are sampled
     * @return nothing by default
     */
    default Samples sample(
            Graph graph, InputEncoding input, Map<String, ChannelStatistics> normalized, ConversionListener listener) {
        return Samples.NONE;
    }

    /**
     * Measures a graph that is ready to be quantized.
     *
     * @param input how its input is given
     * @param normalized the statistics of the layers that have a batch normalization of their own, by the name of the node
     * @param listener hears how many nodes are measured
     */
    Measurements measure(
            Graph graph, InputEncoding input, Map<String, ChannelStatistics> normalized, ConversionListener listener);
}

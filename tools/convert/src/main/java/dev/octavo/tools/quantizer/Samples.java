package dev.octavo.tools.quantizer;

import dev.octavo.tools.graph.ChannelStatistics;
import java.util.Map;

/**
 * What a run of a float network told of values of which no batch normalization does.
 *
 * @param statistics by the name of the value: of a layer its weighted sum alone, before a residual and the clamp
 * @param contradicted names of layers of which some channels vary though their batch normalization calls them constant, and
 *     how many of them
 */
public record Samples(Map<String, ChannelStatistics> statistics, Map<String, Integer> contradicted) {
    /** Nothing was sampled. */
    public static final Samples NONE = new Samples(Map.of(), Map.of());

    /** Copies the maps. */
    public Samples {
        statistics = Map.copyOf(statistics);
        contradicted = Map.copyOf(contradicted);
    }
}

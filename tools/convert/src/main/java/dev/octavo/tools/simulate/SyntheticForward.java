package dev.octavo.tools.simulate;

import dev.octavo.tools.graph.ChannelStatistics;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.progress.ConversionListener;
import dev.octavo.tools.progress.ConversionStage;
import dev.octavo.tools.quantizer.Measurements;
import dev.octavo.tools.quantizer.Measurer;
import dev.octavo.tools.quantizer.Samples;
import dev.octavo.tools.statistics.InputEncoding;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * Measures a graph on drawn inputs. Each layer that had a batch normalization is brought back, channel by channel over the
 * whole batch, to the mean and the deviation that the normalization knows: without that the statistics of deep layers drift away
 * from those of natural pictures, and with it the pictures hardly matter. Of all other layers the drawn inputs themselves tell.
 */
public final class SyntheticForward implements Measurer {
    private static final int MOST_IMAGES = 128;
    private static final int LEAST_IMAGES = 24;

    /** One of each family, or two. More do not help: extremes that are ever rarer widen ranges. */
    private static final int LEAST_SAMPLED = 8;

    private static final int MOST_SAMPLED = 16;

    /** Enough to see whether a channel is constant. */
    private static final int CHECKED = 4;

    /** Multiplications that may be spent: a second or two of one core. */
    private static final long BUDGET = 7_000_000_000L;

    private final long seed;
    private final int images;

    /**
     * On some inputs.
     *
     * @param images their number; 0 for as many as suit the size of the network
     */
    public SyntheticForward(long seed, int images) {
        this.seed = seed;
        this.images = images;
    }

    /** What measures nothing, but can run the inputs through integers. */
    public Measurer unmeasured() {
        return (graph, input, normalized, listener) -> new Measurements(
                Map.of(), Map.of(), new RepeatedForward(graph, () -> inputs(graph, input, normalized), normalized));
    }

    @Override
    public Samples sample(
            Graph graph, InputEncoding input, Map<String, ChannelStatistics> normalized, ConversionListener listener) {
        int count = normalizationsSuffice(graph, normalized) ? CHECKED : count(graph, normalized);
        int total = graph.inputs().size() + graph.nodes().size();
        Sampler sampler =
                new Sampler(graph, normalized, done -> listener.progressed(ConversionStage.SAMPLING, done, total));
        FloatExecutor.of(graph).run(new DrawnBatches(seed).inputs(graph, input, count), sampler);
        return sampler.samples();
    }

    @Override
    public Measurements measure(
            Graph graph, InputEncoding input, Map<String, ChannelStatistics> normalized, ConversionListener listener) {
        int total = graph.inputs().size() + graph.nodes().size();
        Observer observer =
                new Observer(normalized, seed, done -> listener.progressed(ConversionStage.MEASURING, done, total));
        FloatExecutor.of(graph).run(inputs(graph, input, normalized), observer);
        return observer.measurements(new RepeatedForward(graph, () -> inputs(graph, input, normalized), normalized));
    }

    private Map<String, FloatBatch> inputs(
            Graph graph, InputEncoding input, Map<String, ChannelStatistics> normalized) {
        return new DrawnBatches(seed).inputs(graph, input, count(graph, normalized));
    }

    private int count(Graph graph, Map<String, ChannelStatistics> normalized) {
        if (images > 0) {
            return images;
        }
        boolean sufficient = normalizationsSuffice(graph, normalized);
        return Math.clamp(
                BUDGET / (sufficient ? 1 : 2) / RepeatedForward.multiplications(graph),
                sufficient ? LEAST_IMAGES : LEAST_SAMPLED,
                sufficient ? MOST_IMAGES : MOST_SAMPLED);
    }

    /** Whether all layers that other layers read, directly or not, had a normalization. */
    private static boolean normalizationsSuffice(Graph graph, Map<String, ChannelStatistics> normalized) {
        Set<String> readByLayers = new HashSet<>();
        for (Node node : graph.nodes().reversed()) {
            boolean layer = node.op() instanceof Op.Layer;
            if (layer && readByLayers.contains(node.output()) && !normalized.containsKey(node.name())) {
                return false;
            }
            if (layer || readByLayers.contains(node.output())) {
                readByLayers.addAll(node.inputs());
            }
        }
        return true;
    }

    private static final class Observer extends GraphObserver {
        private final Map<String, ChannelStatistics> normalized;

        Observer(Map<String, ChannelStatistics> normalized, long seed, IntConsumer progress) {
            super(seed, progress);
            this.normalized = normalized;
        }

        @Override
        public void sum(Node layer, FloatBatch sum) {
            ChannelStatistics known = normalized.get(layer.name());
            if (known != null) {
                ChannelMap.standardising(sum, known).apply(sum);
            }
        }
    }
}

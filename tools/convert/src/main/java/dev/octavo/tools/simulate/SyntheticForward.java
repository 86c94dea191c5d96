package dev.octavo.tools.simulate;

import dev.octavo.tools.graph.ChannelStatistics;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.progress.ConversionListener;
import dev.octavo.tools.progress.ConversionStage;
import dev.octavo.tools.quantizer.Measurements;
import dev.octavo.tools.quantizer.Measurer;
import dev.octavo.tools.statistics.InputEncoding;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Measures a graph on procedural pictures. Each layer that had a batch normalization is brought back, channel by channel
 * over the whole batch, to the mean and the deviation that the normalization knows: without that the statistics of deep
 * layers drift away from those of natural pictures, and with it the pictures hardly matter.
 *
 * <p>A graph without any normalization is not measured: what it makes of such pictures says less of it than moments that are
 * propagated do.
 */
public final class SyntheticForward implements Measurer {
    private static final int MOST_IMAGES = 128;
    private static final int LEAST_IMAGES = 24;

    /** Multiplications that may be spent: a second or two of one core. */
    private static final long BUDGET = 7_000_000_000L;

    private final long seed;
    private final int images;

    /**
     * On some pictures.
     *
     * @param images their number; 0 for as many as suit the size of the network
     */
    public SyntheticForward(long seed, int images) {
        this.seed = seed;
        this.images = images;
    }

    /** What measures nothing, but can run the pictures through integers. */
    public Measurer unmeasured() {
        return (graph, input, normalized, listener) -> new Measurements(
                Map.of(), Map.of(), new RepeatedForward(graph, () -> inputs(graph, input), normalized));
    }

    @Override
    public Measurements measure(
            Graph graph, InputEncoding input, Map<String, ChannelStatistics> normalized, ConversionListener listener) {
        Measurements.Repetition repetition = new RepeatedForward(graph, () -> inputs(graph, input), normalized);
        if (normalized.isEmpty()) {
            return new Measurements(Map.of(), Map.of(), repetition);
        }
        int total = graph.inputs().size() + graph.nodes().size();
        Observer observer =
                new Observer(normalized, seed, done -> listener.progressed(ConversionStage.MEASURING, done, total));
        FloatExecutor.of(graph).run(inputs(graph, input), observer);
        return observer.measurements(repetition);
    }

    private Map<String, FloatBatch> inputs(Graph graph, InputEncoding input) {
        int count = images > 0
                ? images
                : Math.clamp(BUDGET / RepeatedForward.multiplications(graph), LEAST_IMAGES, MOST_IMAGES);
        Map<String, FloatBatch> inputs = new HashMap<>();
        for (String name : graph.inputs()) {
            inputs.put(name, pictures(graph.shape(name), input, count));
        }
        return inputs;
    }

    private FloatBatch pictures(int[] shape, InputEncoding encoding, int count) {
        int channels = shape.length > 1 ? shape[1] : 1;
        int height = shape.length > 3 ? shape[2] : 1;
        int width = shape.length > 2 ? shape[shape.length - 1] : 1;
        ProceduralImages source = new ProceduralImages(seed, height, width);
        float[] values = new float[Math.multiplyExact(count, channels * height * width)];
        for (int n = 0; n < count; n++) {
            float[] pixels = source.next(channels);
            for (int i = 0; i < pixels.length; i++) {
                values[n * pixels.length + i] = encoded(pixels[i], i % channels, encoding);
            }
        }
        return FloatBatch.of(count, shape, values);
    }

    private static float encoded(float pixel, int channel, InputEncoding encoding) {
        return switch (encoding) {
            case InputEncoding.Pixels pixels -> pixel - pixels.normalisation().padPixel(channel);
            case InputEncoding.Reals(double low, double high) -> (float) (low + (high - low) * pixel / 255);
        };
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

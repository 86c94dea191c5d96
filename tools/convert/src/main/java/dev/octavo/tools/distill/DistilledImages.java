package dev.octavo.tools.distill;

import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.options.StatisticsSource;
import dev.octavo.tools.simulate.FloatBatch;
import dev.octavo.tools.simulate.ImageSource;
import dev.octavo.tools.statistics.InputEncoding;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Images distilled from a network when they are first asked for. Belongs to one thread. */
public final class DistilledImages implements ImageSource {
    private final Graph graph;
    private final StatisticsSource.Distilled source;
    private final double low;
    private final double high;
    private final Distillation.Listener listener;
    private @Nullable FloatBatch images;

    /**
     * Of a network as it was imported.
     *
     * @param low least value of its input
     * @param high greatest value of its input
     */
    public DistilledImages(
            Graph graph, StatisticsSource.Distilled source, double low, double high, Distillation.Listener listener) {
        this.graph = graph;
        this.source = source;
        this.low = low;
        this.high = high;
        this.listener = listener;
    }

    @Override
    public int count() {
        return source.images();
    }

    @Override
    public Stream<FloatBatch> batches(int[] shape, InputEncoding encoding) {
        if (images == null) {
            int iterations = source.iterations() > 0
                    ? source.iterations()
                    : source.recipe().iterations();
            images = new Distillation(graph, source.recipe(), low, high)
                    .images(source.images(), source.seed(), iterations, listener);
        }
        float[] values = images.values().clone();
        int channels = images.channels();
        if (encoding instanceof InputEncoding.Pixels pixels) {
            for (int i = 0; i < values.length; i++) {
                int channel = i % channels;
                values[i] = (float) (pixels.normalisation().pixel(values[i], channel)
                        - pixels.normalisation().padPixel(channel));
            }
        }
        return Stream.of(FloatBatch.of(images.images(), shape, values));
    }
}

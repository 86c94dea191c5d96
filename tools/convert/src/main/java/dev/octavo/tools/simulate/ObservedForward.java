package dev.octavo.tools.simulate;

import dev.octavo.tools.graph.ChannelStatistics;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.progress.ConversionListener;
import dev.octavo.tools.progress.ConversionStage;
import dev.octavo.tools.quantizer.Measurements;
import dev.octavo.tools.quantizer.Measurer;
import dev.octavo.tools.quantizer.Samples;
import dev.octavo.tools.statistics.InputEncoding;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Measures a graph of one input on images as they are. */
public final class ObservedForward implements Measurer {
    private static final long SEED = 1;

    private final ImageSource images;

    /** On some images. */
    public ObservedForward(ImageSource images) {
        this.images = images;
    }

    @Override
    public Samples sample(
            Graph graph, InputEncoding input, Map<String, ChannelStatistics> normalized, ConversionListener listener) {
        String name = input(graph);
        Sampler sampler = new Sampler(graph, Map.of(), done -> {});
        FloatExecutor executor = FloatExecutor.of(graph);
        AtomicInteger seen = new AtomicInteger();
        images.batches(graph.shape(name), input).forEachOrdered(batch -> {
            executor.run(Map.of(name, batch), sampler);
            listener.progressed(ConversionStage.SAMPLING, seen.addAndGet(batch.images()), images.count());
        });
        return sampler.samples();
    }

    private static String input(Graph graph) {
        if (graph.inputs().size() != 1) {
            throw new GraphException(
                    graph.name() + ": has " + graph.inputs().size() + " inputs, but images are for one");
        }
        return graph.inputs().getFirst();
    }

    @Override
    public Measurements measure(
            Graph graph, InputEncoding input, Map<String, ChannelStatistics> normalized, ConversionListener listener) {
        String name = input(graph);
        GraphObserver observer = new GraphObserver(SEED, done -> {});
        FloatExecutor executor = FloatExecutor.of(graph);
        AtomicInteger seen = new AtomicInteger();
        images.batches(graph.shape(name), input).forEachOrdered(batch -> {
            executor.run(Map.of(name, batch), observer);
            listener.progressed(ConversionStage.MEASURING, seen.addAndGet(batch.images()), images.count());
        });
        return observer.measurements(new RepeatedForward(
                graph,
                () -> Map.of(
                        name,
                        images.batches(graph.shape(name), input).findFirst().orElseThrow()),
                Map.of()));
    }
}

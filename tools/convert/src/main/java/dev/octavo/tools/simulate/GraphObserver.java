package dev.octavo.tools.simulate;

import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.quantize.InputCovariance;
import dev.octavo.tools.quantize.ValueObservation;
import dev.octavo.tools.quantizer.Measurements;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntConsumer;

/** Observes all values of a graph over any number of batches, and how the inputs of its layers vary in the first one. */
class GraphObserver implements Interposer {
    private final long seed;
    private final IntConsumer progress;
    private final Map<String, ValueObserver> values = new HashMap<>();
    private final Map<String, InputCovariance> covariances = new HashMap<>();

    /**
     * For one run or several.
     *
     * @param progress hears how many values were seen at least once
     */
    GraphObserver(long seed, IntConsumer progress) {
        this.seed = seed;
        this.progress = progress;
    }

    @Override
    public void reads(Node layer, FloatBatch batch) {
        covariances.computeIfAbsent(
                layer.name(), name -> CovarianceObserver.of((Op.Layer) layer.op(), batch, seed + name.hashCode()));
    }

    @Override
    public void value(String name, FloatBatch batch) {
        values.computeIfAbsent(name, key -> new ValueObserver(batch.channels(), seed + name.hashCode()))
                .add(batch);
        progress.accept(values.size());
    }

    /**
     * All that was seen.
     *
     * @param repetition repeats the runs in integers
     */
    Measurements measurements(Measurements.Repetition repetition) {
        Map<String, ValueObservation> observations = new HashMap<>();
        values.forEach((name, observer) -> observations.put(name, observer.observation()));
        return new Measurements(observations, covariances, repetition);
    }
}

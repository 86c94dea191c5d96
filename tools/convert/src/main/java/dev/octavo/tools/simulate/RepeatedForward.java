package dev.octavo.tools.simulate;

import dev.octavo.tools.graph.ChannelStatistics;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.quantizer.Measurements;
import dev.octavo.tools.quantizer.QuantizedGraph;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Runs the same inputs through a float network and through what its integers stand for. Layers are brought to known statistics
 * in float. For the noise at the outputs each sum in integers is then moved by as much as that in float, element by
 * element: to scale both would let noise grow where the inputs vary less than those that the statistics are of.
 */
final class RepeatedForward implements Measurements.Repetition {
    /** Multiplications that may be spent on one output noise. */
    private static final long BUDGET = 2_000_000_000L;

    private static final int LEAST_IMAGES = 4;

    private final Graph graph;
    private final Supplier<Map<String, FloatBatch>> inputs;
    private final Map<String, ChannelStatistics> normalized;
    private @Nullable FloatRun floatRun;

    /** What does not change from one run in integers to the next. */
    private record FloatRun(
            Map<String, FloatBatch> inputs, Map<String, float[]> moves, SequencedMap<String, FloatBatch> outputs) {}

    /**
     * For one float network.
     *
     * @param inputs of the graph, new ones each time
     * @param normalized statistics to which the sums of layers are brought, by the name of the node
     */
    RepeatedForward(Graph graph, Supplier<Map<String, FloatBatch>> inputs, Map<String, ChannelStatistics> normalized) {
        this.graph = graph;
        this.inputs = inputs;
        this.normalized = normalized;
    }

    @Override
    public Map<String, double[]> meanShift(QuantizedGraph quantized) {
        return MeanShifts.of(quantized, inputs.get(), normalized);
    }

    @Override
    public double outputNoise(QuantizedGraph quantized) {
        FloatRun reference = floatRun;
        if (reference == null) {
            reference = runInFloat();
            floatRun = reference;
        }
        Map<String, float[]> moves = reference.moves;
        Map<String, FloatBatch> outputs = FloatExecutor.of(Dequantized.graph(quantized))
                .run(copy(reference.inputs), new Interposer() {
                    @Override
                    public void sum(Node layer, FloatBatch sum) {
                        float[] move = moves.get(layer.name());
                        if (move != null) {
                            float[] values = sum.values();
                            for (int i = 0; i < values.length; i++) {
                                values[i] += move[i];
                            }
                        }
                    }

                    @Override
                    public void value(String name, FloatBatch batch) {
                        Dequantized.round(quantized, name, batch);
                    }
                });
        double noise = 0;
        for (Map.Entry<String, FloatBatch> output : reference.outputs.entrySet()) {
            float[] expected = output.getValue().values();
            float[] actual =
                    Objects.requireNonNull(outputs.get(output.getKey())).values();
            for (int i = 0; i < expected.length; i++) {
                double difference = (double) actual[i] - expected[i];
                noise += difference * difference;
            }
        }
        return noise;
    }

    private FloatRun runInFloat() {
        int images = Math.clamp(BUDGET / multiplications(graph), LEAST_IMAGES, Integer.MAX_VALUE);
        Map<String, FloatBatch> first = new HashMap<>();
        inputs.get().forEach((name, batch) -> first.put(name, batch.first(Math.min(images, batch.images()))));
        Map<String, float[]> moves = new HashMap<>();
        SequencedMap<String, FloatBatch> outputs = FloatExecutor.of(graph).run(copy(first), new Interposer() {
            @Override
            public void sum(Node layer, FloatBatch sum) {
                ChannelStatistics known = normalized.get(layer.name());
                if (known != null) {
                    float[] move = sum.values().clone();
                    ChannelMap.standardising(sum, known).apply(sum);
                    for (int i = 0; i < move.length; i++) {
                        move[i] = sum.values()[i] - move[i];
                    }
                    moves.put(layer.name(), move);
                }
            }
        });
        return new FloatRun(first, moves, outputs);
    }

    static Map<String, FloatBatch> copy(Map<String, FloatBatch> inputs) {
        Map<String, FloatBatch> copies = new HashMap<>();
        inputs.forEach((name, batch) -> copies.put(name, batch.first(batch.images())));
        return copies;
    }

    /** Of one image, at least 1. */
    static long multiplications(Graph graph) {
        long all = 1;
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Op.Layer layer) {
                int[] shape = graph.shape(node.output());
                long positions =
                        IntStream.range(2, shape.length).map(d -> shape[d]).reduce(1, Math::multiplyExact);
                all += positions * layer.weights().elements();
            }
        }
        return all;
    }
}

package dev.octavo.tools.simulate;

import dev.octavo.kernels.FloatUnary;
import dev.octavo.tools.graph.ChannelStatistics;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.quantizer.Samples;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Collects the moments and extremes, by channel, of all values that no batch normalization tells about, over any number of
 * batches. Layers with a normalization are brought to its statistics, unless it contradicts what they compute.
 */
final class Sampler implements Interposer {
    /** A channel that varies by this many times the deviation that its normalization knows is no noise. */
    private static final double CONTRADICTION = 16;

    /** Of the layer's median deviation: channels that vary by less are dead whatever their normalization says. */
    private static final double RELEVANT = 0.05;

    private final Graph graph;
    private final Map<String, ChannelStatistics> normalized;
    private final IntConsumer progress;
    private final Map<String, Running> running = new LinkedHashMap<>();
    private final Map<String, ChannelStatistics> corrected = new LinkedHashMap<>();
    private final Map<String, Integer> contradicted = new LinkedHashMap<>();
    private int seen;

    /**
     * For one run or several.
     *
     * @param normalized statistics to which the sums of layers are brought, by the name of the node; then a run must be the only
     *     one
     * @param progress hears how many values were seen
     */
    Sampler(Graph graph, Map<String, ChannelStatistics> normalized, IntConsumer progress) {
        this.graph = graph;
        this.normalized = normalized;
        this.progress = progress;
    }

    @Override
    public void sum(Node layer, FloatBatch sum) {
        ChannelStatistics known = normalized.get(layer.name());
        if (known == null) {
            running(layer.output(), sum).add(sum);
            return;
        }
        ChannelStatistics wanted = corrected(layer, sum, known);
        ChannelMap.standardising(sum, wanted).apply(sum);
    }

    @Override
    public void value(String name, FloatBatch batch) {
        progress.accept(++seen);
        if (graph.producer(name)
                .filter(producer -> blocksRescaling(producer.op()))
                .isPresent()) {
            running(name, batch).add(batch);
        }
    }

    private Running running(String value, FloatBatch batch) {
        return running.computeIfAbsent(value, key -> new Running(batch.channels()));
    }

    /** Whether channels before an operator are never rescaled, so that statistics behind it stay true. */
    private static boolean blocksRescaling(Op op) {
        return switch (op) {
            case Op.Unary unary ->
                unary.function() != FloatUnary.Function.LEAKY_RELU && unary.function() != FloatUnary.Function.CLIP;
            case Op.Binary binary -> true;
            case Op.MatMul product -> true;
            case Op.Softmax softmax -> true;
            case Op.Reduction reduction -> true;
            case Op.BatchNormalization norm -> true;
            default -> false;
        };
    }

    /**
     * The statistics of a normalization, with what was seen in the place of those that cannot be true: a channel that the
     * normalization takes for constant, though it varies as much as others do.
     */
    private ChannelStatistics corrected(Node layer, FloatBatch sum, ChannelStatistics known) {
        Running actual = new Running(sum.channels());
        actual.add(sum);
        ChannelStatistics sampled = actual.statistics();
        double[] deviation = known.deviation();
        double[] sampledDeviation = sampled.deviation();
        double relevant = RELEVANT * Math.max(median(deviation), median(sampledDeviation));
        double[] mean = known.mean();
        double[] least = known.least();
        double[] greatest = known.greatest();
        int count = 0;
        for (int c = 0; c < deviation.length; c++) {
            if (sampledDeviation[c] > CONTRADICTION * deviation[c] && sampledDeviation[c] > relevant) {
                deviation[c] = sampledDeviation[c];
                mean[c] = sampled.mean()[c];
                least[c] = sampled.least()[c];
                greatest[c] = sampled.greatest()[c];
                count++;
            }
        }
        if (count == 0) {
            return known;
        }
        ChannelStatistics result = new ChannelStatistics(mean, deviation, least, greatest);
        contradicted.put(layer.name(), count);
        corrected.put(layer.output(), result);
        return result;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** All that was seen. */
    Samples samples() {
        Map<String, ChannelStatistics> statistics = new HashMap<>(corrected);
        running.forEach((value, moments) -> statistics.put(value, moments.statistics()));
        return new Samples(statistics, contradicted);
    }

    /** Moments and extremes of the channels of one value. */
    private static final class Running {
        private final double[] shifts;
        private final double[] sums;
        private final double[] squares;
        private final double[] least;
        private final double[] greatest;
        private long positions;

        Running(int channels) {
            shifts = new double[channels];
            sums = new double[channels];
            squares = new double[channels];
            least = new double[channels];
            greatest = new double[channels];
            Arrays.fill(least, Double.POSITIVE_INFINITY);
            Arrays.fill(greatest, Double.NEGATIVE_INFINITY);
        }

        void add(FloatBatch batch) {
            float[] values = batch.values();
            int channels = shifts.length;
            if (positions == 0) {
                // Moments about first values lose no digits.
                for (int c = 0; c < channels; c++) {
                    shifts[c] = values[c];
                }
            }
            for (int from = 0; from < values.length; from += channels) {
                for (int c = 0; c < channels; c++) {
                    double value = values[from + c];
                    double shifted = value - shifts[c];
                    sums[c] += shifted;
                    squares[c] += shifted * shifted;
                    least[c] = Math.min(least[c], value);
                    greatest[c] = Math.max(greatest[c], value);
                }
            }
            positions += batch.positions();
        }

        ChannelStatistics statistics() {
            double[] mean = new double[shifts.length];
            double[] deviation = new double[shifts.length];
            for (int c = 0; c < mean.length; c++) {
                double shifted = sums[c] / positions;
                mean[c] = shifts[c] + shifted;
                deviation[c] = Math.sqrt(Math.max(0, squares[c] / positions - shifted * shifted));
            }
            return new ChannelStatistics(mean, deviation, least, greatest);
        }
    }
}

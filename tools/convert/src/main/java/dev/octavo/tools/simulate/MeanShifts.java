package dev.octavo.tools.simulate;

import dev.octavo.tools.graph.ChannelStatistics;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.quantizer.QuantizedGraph;
import dev.octavo.tools.quantizer.QuantizedLayer;
import java.util.HashMap;
import java.util.Map;

/**
 * Sequential bias correction (Nagel et al., ICCV 2019, section 4.2.1): by how much the mean of each layer's sum must be
 * raised for the mean of the float network, when weights and values before it are rounded and its predecessors corrected.
 */
final class MeanShifts {
    private final QuantizedGraph quantized;
    private final Map<String, ChannelStatistics> normalized;
    private final Map<String, ChannelMap> maps = new HashMap<>();
    private final Map<String, double[]> means = new HashMap<>();
    private final Map<String, double[]> shifts = new HashMap<>();

    private MeanShifts(QuantizedGraph quantized, Map<String, ChannelStatistics> normalized) {
        this.quantized = quantized;
        this.normalized = normalized;
    }

    /**
     * The shifts of all layers in integers, by the name of the node.
     *
     * @param inputs of the graph; not changed
     * @param normalized statistics to which layers are brought in float; the same maps then hold in integers
     */
    static Map<String, double[]> of(
            QuantizedGraph quantized, Map<String, FloatBatch> inputs, Map<String, ChannelStatistics> normalized) {
        MeanShifts shifts = new MeanShifts(quantized, normalized);
        FloatExecutor.of(quantized.graph()).run(RepeatedForward.copy(inputs), shifts.new InFloat());
        FloatExecutor.of(Dequantized.graph(quantized)).run(RepeatedForward.copy(inputs), shifts.new InIntegers());
        return shifts.shifts;
    }

    private static double[] means(FloatBatch batch) {
        float[] values = batch.values();
        int channels = batch.channels();
        double[] means = new double[channels];
        for (int from = 0; from < values.length; from += channels) {
            for (int c = 0; c < channels; c++) {
                means[c] += values[from + c];
            }
        }
        for (int c = 0; c < channels; c++) {
            means[c] /= batch.positions();
        }
        return means;
    }

    private final class InFloat implements Interposer {
        @Override
        public void sum(Node layer, FloatBatch sum) {
            ChannelStatistics known = normalized.get(layer.name());
            if (known != null) {
                ChannelMap map = ChannelMap.standardising(sum, known);
                map.apply(sum);
                maps.put(layer.name(), map);
            }
            means.put(layer.name(), means(sum));
        }
    }

    private final class InIntegers implements Interposer {
        @Override
        public void sum(Node layer, FloatBatch sum) {
            ChannelMap map = maps.get(layer.name());
            if (map != null) {
                map.apply(sum);
            }
            double[] wanted = means.get(layer.name());
            QuantizedLayer integers = quantized.layer(layer.name()).orElse(null);
            if (wanted == null || integers == null) {
                return;
            }
            double[] actual = means(sum);
            double[] shift = new double[actual.length];
            float[] ones = new float[actual.length];
            float[] offsets = new float[actual.length];
            for (int c = 0; c < shift.length; c++) {
                float factor = map == null ? 1 : map.factor()[c];
                ones[c] = 1;
                // A bias can be raised by whole units only: the layers behind see what is left.
                double unit = integers.accumulatorScale(c);
                shift[c] = factor == 0 ? 0 : unit * Math.rint((wanted[c] - actual[c]) / factor / unit);
                offsets[c] = (float) (shift[c] * factor);
            }
            new ChannelMap(ones, offsets).apply(sum);
            shifts.put(layer.name(), shift);
        }

        @Override
        public void value(String name, FloatBatch batch) {
            Dequantized.round(quantized, name, batch);
        }
    }
}

package dev.octavo.tools.statistics;

import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.Pooling;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.layers.Layers;
import dev.octavo.tools.quantize.ClippedNormals;
import dev.octavo.tools.quantize.Moments;
import dev.octavo.tools.quantize.WeightShape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * By how much independent noise in each channel of a value raises the noise of the network's outputs: the mean field of the
 * squared gradient. Going back through a layer multiplies by its squared weights and by the probability that its
 * activation is not clipped; paths that meet again are taken as independent.
 */
public final class OutputSensitivity {
    private final Graph graph;
    private final ValueModels models;
    private final Map<String, double[]> known = new HashMap<>();

    public OutputSensitivity(Graph graph, ValueModels models) {
        this.graph = graph;
        this.models = models;
    }

    /** Variance of all outputs per unit of variance in every position of a channel; one number per channel. */
    double[] of(String value) {
        double[] found = known.get(value);
        if (found == null) {
            found = new double[channels(value)];
            Arrays.fill(found, graph.outputs().contains(value) ? 1 : 0);
            for (Node reader : graph.consumers(value)) {
                add(found, through(reader, value));
            }
            known.put(value, found);
        }
        return found.clone();
    }

    /** Returns the gain of the weighted sum of a layer, before its clamp. */
    public double[] ofSum(Node node) {
        double[] gain = of(node.output());
        ClippedNormals model = models.model(node.output()).orElse(null);
        if (model == null
                || model.channels() != gain.length
                || ((Op.Layer) node.op()).clamp().none()) {
            return gain;
        }
        for (int c = 0; c < gain.length; c++) {
            gain[c] *= model.activity(c);
        }
        return gain;
    }

    private double[] through(Node reader, String value) {
        if (reader.op() instanceof Op.Layer layer) {
            double[] result = new double[channels(value)];
            double[] gain = ofSum(reader);
            if (reader.input().equals(value)) {
                add(result, throughWeights(layer, gain));
            }
            if (reader.inputs().lastIndexOf(value) > 0) {
                add(result, gain);
            }
            return result;
        }
        double[] gain = of(reader.output());
        switch (reader.op()) {
            case Op.Pool pool
            when pool.kindOfPool() == Pooling.Kind.AVERAGE ->
                divide(gain, pool.window().shape().taps());
            case Op.GlobalPool pool
            when pool.kindOfPool() == Pooling.Kind.AVERAGE -> divide(gain, NoiseWeights.positions(graph.shape(value)));
            case Op.Binary binary
            when binary.function() == FloatBinary.Function.MULTIPLY -> multiplyByPower(gain, reader, value);
            case Op.Layer _,
                    Op.Unary _,
                    Op.RoundToGrid _,
                    Op.Binary _,
                    Op.Pool _,
                    Op.GlobalPool _,
                    Op.Movement _,
                    Op.FloatOnly _ -> {}
        }
        return moved(gain, reader, value);
    }

    private static double[] throughWeights(Op.Layer layer, double[] gain) {
        WeightShape shape = Layers.weightShape(layer);
        double[] result = new double[shape.inputChannels()];
        for (int o = 0; o < shape.channels(); o++) {
            int first = shape.inputChannel(o, 0);
            for (int n = 0; n < shape.kernels(); n++) {
                double squares = 0;
                for (int i = shape.offset(o, n); i < shape.offset(o, n) + shape.taps(); i++) {
                    double weight = layer.weights().at(i);
                    squares += weight * weight;
                }
                result[first + n] += gain[o] * squares;
            }
        }
        return result;
    }

    /** A factor's noise is multiplied by the other factor. */
    private void multiplyByPower(double[] gain, Node product, String value) {
        String other = product.inputs().get(product.inputs().getFirst().equals(value) ? 1 : 0);
        ClippedNormals model = models.model(other).orElse(null);
        if (model == null || model.channels() != gain.length) {
            return;
        }
        Moments moments = model.moments();
        for (int c = 0; c < gain.length; c++) {
            gain[c] *= moments.variance(c) + moments.mean(c) * moments.mean(c);
        }
    }

    /** What a value's channels get of a reader's, with which they are in line, or of the mean of all of those. */
    private double[] moved(double[] gain, Node reader, String value) {
        double[] result = new double[channels(value)];
        int first = 0;
        int step = 1;
        switch (reader.op()) {
            case Op.Pad pad when pad.before().size() > 1 -> first = pad.before().get(1);
            case Op.Concat concat when concat.axis() == 1 -> first = channelsBefore(reader, value);
            case Op.Slice slice
            when slice.starts().size() > 1 -> {
                first = -slice.starts().get(1);
                step = slice.steps().get(1);
            }
            case Op.Layer _,
                    Op.Unary _,
                    Op.RoundToGrid _,
                    Op.Binary _,
                    Op.Pool _,
                    Op.GlobalPool _,
                    Op.Movement _,
                    Op.FloatOnly _ -> {
                if (gain.length != result.length) {
                    Arrays.fill(result, Arrays.stream(gain).sum() / result.length);
                    return result;
                }
            }
        }
        for (int c = 0; c < result.length; c++) {
            int shifted = c + first;
            if (shifted % step == 0 && shifted / step >= 0 && shifted / step < gain.length) {
                result[c] = gain[shifted / step];
            }
        }
        return result;
    }

    private int channelsBefore(Node concat, String value) {
        int channels = 0;
        for (String input : concat.inputs().subList(0, concat.inputs().indexOf(value))) {
            channels += channels(input);
        }
        return channels;
    }

    private int channels(String value) {
        int[] shape = graph.shape(value);
        return shape.length > 1 ? shape[1] : 1;
    }

    private static void divide(double[] gain, int pixels) {
        for (int c = 0; c < gain.length; c++) {
            gain[c] /= pixels;
        }
    }

    private static void add(double[] sum, double[] term) {
        for (int c = 0; c < sum.length; c++) {
            sum[c] += term[c];
        }
    }
}

package dev.octavo.tools.equalization;

import dev.octavo.tools.graph.ChannelStatistics;
import dev.octavo.tools.graph.ChannelTransform;
import dev.octavo.tools.graph.Clamp;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.layers.Layers;
import dev.octavo.tools.quantize.WeightShape;
import java.util.Arrays;

/** A layer whose channels are being rescaled: output channel o is divided by a scale, input channel i multiplied by one. */
final class RescaledLayer {
    private final Op.Layer layer;
    private final WeightShape shape;
    private final FloatTensor weights;
    private final float[] largest;
    private final double[] outputScales;
    private final double[] inputScales;

    RescaledLayer(Op.Layer layer) {
        this.layer = layer;
        shape = Layers.weightShape(layer);
        weights = layer.weights();
        largest = new float[shape.channels() * shape.kernels()];
        for (int kernel = 0; kernel < largest.length; kernel++) {
            for (int i = kernel * shape.taps(); i < (kernel + 1) * shape.taps(); i++) {
                largest[kernel] = Math.max(largest[kernel], Math.abs(weights.at(i)));
            }
        }
        outputScales = new double[shape.channels()];
        inputScales = new double[shape.inputChannels()];
        Arrays.fill(outputScales, 1);
        Arrays.fill(inputScales, 1);
    }

    WeightShape shape() {
        return shape;
    }

    double outputScale(int channel) {
        return outputScales[channel];
    }

    double inputScale(int channel) {
        return inputScales[channel];
    }

    void divideOutput(int channel, double scale) {
        outputScales[channel] *= scale;
    }

    void multiplyInput(int channel, double scale) {
        inputScales[channel] *= scale;
    }

    /** Largest absolute weight that produces each output channel. */
    double[] largestOfOutputs() {
        double[] result = new double[shape.channels()];
        for (int o = 0; o < result.length; o++) {
            result[o] = largest(o * shape.kernels(), shape.kernels(), largest, inputScales, shape.inputChannel(o, 0))
                    / outputScales[o];
        }
        return result;
    }

    /** Largest absolute weight that reads each input channel. */
    double[] largestOfInputs() {
        double[] result = new double[shape.inputChannels()];
        for (int o = 0; o < shape.channels(); o++) {
            enlarge(
                    result,
                    shape.inputChannel(o, 0),
                    largest,
                    o * shape.kernels(),
                    shape.kernels(),
                    1 / outputScales[o]);
        }
        for (int c = 0; c < result.length; c++) {
            result[c] *= inputScales[c];
        }
        return result;
    }

    // No Math.max in these, the only loops over all weights that run many times: they are over before C2 is at hand,
    // and
    // the largest is seldom exceeded.

    private static double largest(int from, int count, float[] values, double[] factors, int firstFactor) {
        double most = 0;
        for (int n = 0; n < count; n++) {
            double value = values[from + n] * factors[firstFactor + n];
            if (value > most) {
                most = value;
            }
        }
        return most;
    }

    private static void enlarge(double[] most, int first, float[] values, int from, int count, double factor) {
        for (int n = 0; n < count; n++) {
            double value = values[from + n] * factor;
            if (value > most[first + n]) {
                most[first + n] = value;
            }
        }
    }

    /** Σ over outputs and taps of the squared original weights that read each input channel, weighted by output. */
    double[] squaresOfInputs(double[] outputWeights) {
        double[] result = new double[shape.inputChannels()];
        for (int o = 0; o < shape.channels(); o++) {
            int first = shape.inputChannel(o, 0);
            for (int n = 0; n < shape.kernels(); n++) {
                int from = shape.offset(o, n);
                double squares = 0;
                for (int i = from; i < from + shape.taps(); i++) {
                    double weight = weights.at(i);
                    squares += weight * weight;
                }
                result[first + n] += outputWeights[o] * squares;
            }
        }
        return result;
    }

    /** Puts the rescaled layer, and the statistics of its output, in the place of the original. */
    void replace(Graph.Editor editor, Graph graph, Node node) {
        float[] rescaled = weights.values();
        float[] bias = layer.bias().values();
        float[] high = new float[bias.length];
        for (int o = 0; o < bias.length; o++) {
            int first = shape.inputChannel(o, 0);
            for (int n = 0; n < shape.kernels(); n++) {
                double scale = inputScales[first + n] / outputScales[o];
                int from = shape.offset(o, n);
                for (int i = from; i < from + shape.taps(); i++) {
                    rescaled[i] = (float) (rescaled[i] * scale);
                }
            }
            bias[o] = (float) (bias[o] / outputScales[o]);
            high[o] = (float) (layer.clamp().high(o) / outputScales[o]);
        }
        Clamp clamp = layer.clamp().capped() ? new Clamp(layer.clamp().low(), high) : layer.clamp();
        editor.replace(
                node.with(layer.with(FloatTensor.of(weights.shape(), rescaled), FloatTensor.vector(bias), clamp)));
        float[] factors = new float[bias.length];
        for (int o = 0; o < factors.length; o++) {
            factors[o] = (float) outputScales[o];
        }
        editor.original(node.output(), new ChannelTransform(factors, new float[factors.length]));
        ChannelStatistics statistics = graph.statistics(node.output()).orElse(null);
        if (statistics != null) {
            editor.statistics(node.output(), statistics.transformed(new double[outputScales.length], outputScales));
        }
    }
}

package dev.octavo.tools.onnx;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.GraphBuilder;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.Window;
import java.util.Arrays;
import java.util.List;

/** BatchNormalization and LRN. */
final class NormalizationMappings {
    /** More channels than any network has that uses LRN. */
    private static final int MAX_CHANNELS = 4096;

    private NormalizationMappings() {}

    static void batch(OnnxNode node, GraphBuilder graph) {
        int[] input = node.shape(0);
        if (node.flag("training_mode", false)) {
            throw new GraphException("it is in training mode; export the model for inference");
        }
        if (!node.flag("spatial", true)) {
            throw new GraphException("it normalizes each position by itself (spatial = 0), which is not supported");
        }
        if (input.length < 2) {
            throw new GraphException("its input " + Arrays.toString(input) + " has no channels");
        }
        int channels = input[1];
        FloatTensor variance = WindowAttributes.vector(node.weights(4), channels, "variance");
        float epsilon = node.real("epsilon", 1e-5f);
        for (int c = 0; c < channels; c++) {
            if (!(variance.at(c) >= 0) || !(variance.at(c) + epsilon > 0)) {
                throw new GraphException("its variance of channel " + c + " is " + variance.at(c));
            }
        }
        Op normalization = new Op.BatchNormalization(
                WindowAttributes.vector(node.weights(1), channels, "scale"),
                WindowAttributes.vector(node.weights(2), channels, "shift"),
                WindowAttributes.vector(node.weights(3), channels, "mean"),
                variance,
                epsilon);
        node.define(graph.emit(normalization, List.of(node.input(0)), input, graph.type(node.input(0))));
    }

    /**
     * {@code x / (bias + alpha / size · Σ x²)^beta}, the sum over neighbouring channels: a 1×1 convolution of the squares,
     * whose weights are a band.
     */
    static void localResponse(OnnxNode node, GraphBuilder graph) {
        int[] input = node.shape(0);
        if (input.length != 3 && input.length != 4) {
            throw new GraphException("its input " + Arrays.toString(input)
                    + " has no 1 or 2 spatial dimensions; others are not supported");
        }
        int channels = input[1];
        long size = node.integer("size", 0);
        if (size < 1 || channels > MAX_CHANNELS) {
            throw new GraphException("it sums over " + size + " of " + channels + " channels");
        }
        float weight = node.real("alpha", 1e-4f) / size;
        float[] band = new float[channels * channels];
        for (int o = 0; o < channels; o++) {
            int first = (int) Math.max(0, o - (size - 1) / 2);
            int last = (int) Math.min(channels - 1, o + size / 2);
            Arrays.fill(band, o * channels + first, o * channels + last + 1, weight);
        }
        float[] offsets = new float[channels];
        Arrays.fill(offsets, node.real("bias", 1));
        String x = node.input(0);
        String sums = graph.convolution(
                graph.multiply(x, x),
                Window.of(ConvolutionShape.of(1, 1)),
                FloatTensor.of(new int[] {channels, channels, 1, 1}, band),
                FloatTensor.vector(offsets));
        String factors = graph.unary(FloatUnary.Function.POWER, -node.real("beta", 0.75f), 0, sums);
        node.define(graph.multiply(x, factors));
    }
}

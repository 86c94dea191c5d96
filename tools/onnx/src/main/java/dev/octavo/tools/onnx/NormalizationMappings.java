package dev.octavo.tools.onnx;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.tools.graph.Clamp;
import dev.octavo.tools.graph.FloatTensor;
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

    static void batch(OnnxNode node, Importer graph) {
        int[] input = graph.shape(node, 0);
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
        FloatTensor variance = LayerMappings.vector(graph.weights(node, 4), channels, "variance");
        float epsilon = node.real("epsilon", 1e-5f);
        for (int c = 0; c < channels; c++) {
            if (!(variance.at(c) >= 0) || !(variance.at(c) + epsilon > 0)) {
                throw new GraphException("its variance of channel " + c + " is " + variance.at(c));
            }
        }
        graph.emit(
                node,
                new Op.BatchNormalization(
                        LayerMappings.vector(graph.weights(node, 1), channels, "scale"),
                        LayerMappings.vector(graph.weights(node, 2), channels, "shift"),
                        LayerMappings.vector(graph.weights(node, 3), channels, "mean"),
                        variance,
                        epsilon),
                List.of(graph.value(node, 0)),
                node.output(),
                input);
    }

    /**
     * {@code x / (bias + alpha / size · Σ x²)^beta}, the sum over neighbouring channels: a 1×1 convolution of the squares,
     * whose weights are a band.
     */
    static void localResponse(OnnxNode node, Importer graph) {
        int[] input = graph.shape(node, 0);
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
        Op sum = new Op.Convolution(
                Window.of(ConvolutionShape.of(1, 1)),
                FloatTensor.of(new int[] {channels, channels, 1, 1}, band),
                FloatTensor.vector(offsets),
                Clamp.NONE);
        Op product = new Op.Binary(FloatBinary.Function.MULTIPLY);
        Op power = new Op.Unary(FloatUnary.Function.POWER, -node.real("beta", 0.75f), 0);
        String x = graph.value(node, 0);
        String squares = graph.emit(node, product, List.of(x, x), graph.intermediate(node, "squares"), input);
        String sums = graph.emit(node, sum, List.of(squares), graph.intermediate(node, "sums"), input);
        String factors = graph.emit(node, power, List.of(sums), graph.intermediate(node, "factors"), input);
        graph.emit(node, product, List.of(x, factors), node.output(), input);
    }
}

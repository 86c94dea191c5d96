package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.Constant;
import dev.octavo.tools.graph.GraphBuilder;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.ShapeInference;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Operators that resample feature maps: Resize and Upsample. Repetition and subsampling only move elements; any other
 * resampling of a dimension is a product with a constant matrix, which a convolution of one tap computes with that
 * dimension as its channels.
 */
final class ResizeMappings {
    private ResizeMappings() {}

    static void upsample(OnnxNode node, GraphBuilder graph) {
        float[] scales = node.opset() < 9
                ? node.reals("scales").orElseThrow(() -> new GraphException("its scales are missing"))
                : reals(node.constant(1));
        resample(node, graph, scaled(node, node.shape(0), scales));
    }

    static void resize(OnnxNode node, GraphBuilder graph) {
        int[] input = node.shape(0);
        Optional<Constant> scales = filled(node, node.opset() < 11 ? 1 : 2);
        if (scales.isPresent()) {
            resample(node, graph, scaled(node, input, reals(scales.get())));
        } else if (filled(node, 3).isPresent()) {
            resample(node, graph, sized(node, input, node.integers(3)));
        } else {
            throw new GraphException("it has neither scales nor sizes");
        }
    }

    private static Optional<Constant> filled(OnnxNode node, int input) {
        return node.hasInput(input) && node.constant(input).elements() > 0
                ? Optional.of(node.constant(input))
                : Optional.empty();
    }

    private static float[] reals(Constant tensor) {
        float[] values = new float[tensor.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) tensor.real(i);
        }
        return values;
    }

    /**
     * What becomes of the dimensions.
     *
     * @param shape of the output
     * @param factors by which positions are scaled; extents are rounded from them
     */
    private record Target(int[] shape, double[] factors) {
        static Target unchanged(int[] input) {
            double[] factors = new double[input.length];
            Arrays.fill(factors, 1);
            return new Target(input.clone(), factors);
        }

        void set(int dimension, double factor, double extent) {
            if (!(factor > 0 && extent >= 1 && extent <= Integer.MAX_VALUE)) {
                throw new GraphException("it resizes dimension " + dimension + " from " + shape[dimension] + " to "
                        + extent + " elements");
            }
            factors[dimension] = factor;
            shape[dimension] = (int) extent;
        }
    }

    private static Target scaled(OnnxNode node, int[] input, float[] scales) {
        int[] axes = axes(node, input.length, scales.length);
        Target target = Target.unchanged(input);
        for (int i = 0; i < axes.length; i++) {
            target.set(axes[i], scales[i], Math.floor((double) scales[i] * input[axes[i]]));
        }
        return target;
    }

    private static Target sized(OnnxNode node, int[] input, long[] sizes) {
        int[] axes = axes(node, input.length, sizes.length);
        double[] factors = IntStream.range(0, axes.length)
                .mapToDouble(i -> (double) sizes[i] / input[axes[i]])
                .toArray();
        String policy = node.text("keep_aspect_ratio_policy", "stretch");
        double common = switch (policy) {
            case "stretch" -> Double.NaN;
            case "not_larger" -> Arrays.stream(factors).min().orElse(1);
            case "not_smaller" -> Arrays.stream(factors).max().orElse(1);
            default -> throw new GraphException("its keep_aspect_ratio_policy '" + policy + "' is unknown");
        };
        Target target = Target.unchanged(input);
        for (int i = 0; i < axes.length; i++) {
            if (Double.isNaN(common)) {
                target.set(axes[i], factors[i], (double) sizes[i]);
            } else {
                target.set(axes[i], common, Math.floor(common * input[axes[i]] + 0.5));
            }
        }
        return target;
    }

    private static int[] axes(OnnxNode node, int rank, int count) {
        int[] axes = node.integers("axes")
                .map(stated -> Arrays.stream(stated)
                        .mapToInt(axis -> ShapeInference.axis(axis, rank))
                        .toArray())
                .orElse(IntStream.range(0, rank).toArray());
        if (axes.length != count) {
            throw new GraphException("it has " + count + " scales or sizes for " + axes.length + " dimensions");
        }
        return axes;
    }

    private static void resample(OnnxNode node, GraphBuilder graph, Target target) {
        Interpolation interpolation = new Interpolation(node);
        int[] shape = node.shape(0);
        String value = node.input(0);
        for (int d = 0; d < shape.length; d++) {
            if (target.shape()[d] == shape[d] && target.factors()[d] == 1) {
                continue;
            }
            if (d == 0) {
                throw new GraphException("it resizes the batch");
            }
            value = graph.resample(value, d, interpolation.matrix(shape[d], target.shape()[d], target.factors()[d]));
        }
        node.define(value);
    }
}

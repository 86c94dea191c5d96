package dev.octavo.tools.onnx;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.tools.graph.Clamp;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.ShapeInference;
import dev.octavo.tools.graph.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Operators that resample feature maps: Resize and Upsample. Repetition and subsampling only move elements; any other
 * resampling of a dimension is a product with a constant matrix, which a convolution of one tap computes with that
 * dimension as its channels.
 */
final class ResizeMappings {
    private ResizeMappings() {}

    static void upsample(OnnxNode node, Importer graph) {
        float[] scales = node.opset() < 9
                ? node.reals("scales").orElseThrow(() -> new GraphException("its scales are missing"))
                : reals(graph.constant(node, 1));
        resample(node, graph, scaled(node, graph.shape(node, 0), scales));
    }

    static void resize(OnnxNode node, Importer graph) {
        int[] input = graph.shape(node, 0);
        Optional<OnnxTensor> scales = filled(node, graph, node.opset() < 11 ? 1 : 2);
        if (scales.isPresent()) {
            resample(node, graph, scaled(node, input, reals(scales.get())));
        } else if (filled(node, graph, 3).isPresent()) {
            resample(node, graph, sized(node, input, graph.integers(node, 3)));
        } else {
            throw new GraphException("it has neither scales nor sizes");
        }
    }

    private static Optional<OnnxTensor> filled(OnnxNode node, Importer graph, int input) {
        return node.hasInput(input) && graph.constant(node, input).elements() > 0
                ? Optional.of(graph.constant(node, input))
                : Optional.empty();
    }

    private static float[] reals(OnnxTensor tensor) {
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

    private static void resample(OnnxNode node, Importer graph, Target target) {
        Interpolation interpolation = new Interpolation(node);
        int[] shape = graph.shape(node, 0);
        List<Integer> changed = new ArrayList<>();
        List<float[]> matrices = new ArrayList<>();
        for (int d = 0; d < shape.length; d++) {
            if (target.shape()[d] == shape[d] && target.factors()[d] == 1) {
                continue;
            }
            if (d == 0) {
                throw new GraphException("it resizes the batch");
            }
            changed.add(d);
            matrices.add(interpolation.matrix(shape[d], target.shape()[d], target.factors()[d]));
        }
        if (changed.isEmpty()) {
            graph.alias(node.output(), node.input(0));
            return;
        }
        String value = graph.value(node, 0);
        for (int i = 0; i < changed.size(); i++) {
            int d = changed.get(i);
            String result = i == changed.size() - 1 ? node.output() : graph.intermediate(node, "resized");
            int[] resized = shape.clone();
            resized[d] = target.shape()[d];
            resample(node, graph, d, matrices.get(i), value, shape, result, resized);
            value = result;
            shape = resized;
        }
    }

    private static void resample(
            OnnxNode node,
            Importer graph,
            int dimension,
            float[] matrix,
            String value,
            int[] shape,
            String result,
            int[] resized) {
        int[] sources = sources(matrix, shape[dimension]);
        int count = sources.length;
        int repeat = count % shape[dimension] == 0 ? count / shape[dimension] : 0;
        int step = count > 1 ? sources[1] - sources[0] : 1;
        if (repeat > 1 && IntStream.range(0, count).allMatch(o -> sources[o] == o / repeat)) {
            Repetition.ofElements(node, graph, value, dimension, repeat, result);
        } else if (count > 0
                && step > 0
                && IntStream.range(0, count).allMatch(o -> sources[o] == sources[0] + o * step)) {
            List<Integer> starts = new ArrayList<>(Collections.nCopies(shape.length, 0));
            List<Integer> steps = new ArrayList<>(Collections.nCopies(shape.length, 1));
            starts.set(dimension, sources[0]);
            steps.set(dimension, count > 1 ? step : 1);
            graph.emit(node, new Op.Slice(starts, steps), List.of(value), result, resized);
        } else {
            multiply(node, graph, dimension, matrix, value, shape, result, resized);
        }
    }

    /** For each row the only column that counts; empty if some row has several. */
    private static int[] sources(float[] matrix, int columns) {
        int[] sources = new int[matrix.length / columns];
        for (int o = 0; o < sources.length; o++) {
            int source = -1;
            for (int i = 0; i < columns; i++) {
                if (matrix[o * columns + i] == 1) {
                    source = i;
                } else if (matrix[o * columns + i] != 0) {
                    return new int[0];
                }
            }
            sources[o] = source;
        }
        return sources;
    }

    private static void multiply(
            OnnxNode node,
            Importer graph,
            int dimension,
            float[] matrix,
            String value,
            int[] shape,
            String result,
            int[] resized) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, shape.length)
                .filter(d -> d != dimension)
                .boxed()
                .toList());
        order.add(1, dimension);
        List<Integer> back =
                IntStream.range(0, shape.length).mapToObj(order::indexOf).toList();
        String channels = dimension == 1
                ? value
                : graph.emit(
                        node,
                        new Op.Transpose(List.copyOf(order)),
                        List.of(value),
                        graph.intermediate(node, "transposed"),
                        ShapeInference.transposed(shape, order));
        int[] product = ShapeInference.transposed(resized, order);
        int[] map = {shape[0], shape[dimension], 1, 1};
        for (int d = 2; d < shape.length; d++) {
            map[d == 2 ? 2 : 3] *= product[d];
        }
        String input = graph.emit(node, new Op.Reshape(), List.of(channels), graph.intermediate(node, "channels"), map);
        map[1] = resized[dimension];
        FloatTensor weights = FloatTensor.of(new int[] {resized[dimension], shape[dimension], 1, 1}, matrix);
        Op convolution = new Op.Convolution(
                Window.of(ConvolutionShape.of(1, 1)), weights, FloatTensor.zeros(resized[dimension]), Clamp.NONE);
        String output = graph.emit(node, convolution, List.of(input), graph.intermediate(node, "interpolated"), map);
        String restored = dimension == 1 ? result : graph.intermediate(node, "restored");
        graph.emit(node, new Op.Reshape(), List.of(output), restored, product);
        if (dimension != 1) {
            graph.emit(node, new Op.Transpose(back), List.of(restored), result, resized);
        }
    }
}

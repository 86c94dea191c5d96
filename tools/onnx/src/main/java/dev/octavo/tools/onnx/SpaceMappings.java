package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.GraphBuilder;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.TransposedConvolution;
import java.util.Arrays;
import java.util.List;

/** Operators that change the resolution of feature maps: DepthToSpace, SpaceToDepth, ConvTranspose. */
final class SpaceMappings {
    private SpaceMappings() {}

    static void depthToSpace(OnnxNode node, GraphBuilder graph) {
        int[] x = map(node);
        int b = block(node);
        if (x[1] % (b * b) != 0) {
            throw new GraphException("blocks of " + b + " × " + b + " do not divide " + x[1] + " channels");
        }
        int channels = x[1] / (b * b);
        boolean byDepth = node.text("mode", "DCR").equals("DCR");
        String blocks = byDepth
                ? graph.reshape(node.input(0), x[0], b, b, channels, x[2], x[3])
                : graph.reshape(node.input(0), x[0], channels, b, b, x[2], x[3]);
        List<Integer> order = byDepth ? List.of(0, 3, 4, 1, 5, 2) : List.of(0, 1, 4, 2, 5, 3);
        node.define(graph.reshape(graph.transpose(blocks, order), x[0], channels, x[2] * b, x[3] * b));
    }

    static void spaceToDepth(OnnxNode node, GraphBuilder graph) {
        int[] x = map(node);
        int b = block(node);
        if (x[2] % b != 0 || x[3] % b != 0) {
            throw new GraphException("blocks of " + b + " × " + b + " do not divide " + Arrays.toString(x));
        }
        String blocks = graph.reshape(node.input(0), x[0], x[1], x[2] / b, b, x[3] / b, b);
        node.define(graph.reshape(
                graph.transpose(blocks, List.of(0, 3, 5, 1, 2, 4)), x[0], x[1] * b * b, x[2] / b, x[3] / b));
    }

    private static int[] map(OnnxNode node) {
        int[] shape = node.shape(0);
        if (shape.length != 4) {
            throw new GraphException("its input " + Arrays.toString(shape) + " is no feature map [N, C, H, W]");
        }
        return shape;
    }

    private static int block(OnnxNode node) {
        long block = node.integer("blocksize", 0);
        if (block < 1 || block > 256) {
            throw new GraphException("its blocksize is " + block);
        }
        return (int) block;
    }

    static void transposedConvolution(OnnxNode node, GraphBuilder graph) {
        int[] input = node.shape(0);
        FloatTensor weights = node.weights(1);
        int spatial = input.length - 2;
        if ((spatial != 1 && spatial != 2) || weights.rank() != input.length) {
            throw new GraphException("its input " + Arrays.toString(input)
                    + " has no 1 or 2 spatial dimensions; others are not supported");
        }
        int groups = Math.toIntExact(node.integer("group", 1));
        if (weights.size(0) != input[1] || groups < 1 || input[1] % groups != 0) {
            throw new GraphException(weights + " with " + groups + " groups does not fit " + Arrays.toString(input));
        }
        int outputs = weights.size(1) * groups;
        FloatTensor bias = node.hasInput(2)
                ? WindowAttributes.vector(node.weights(2), outputs, "bias")
                : FloatTensor.zeros(outputs);
        int[] strides = WindowAttributes.extents(node, "strides", spatial);
        int[] dilations = WindowAttributes.extents(node, "dilations", spatial);
        long[] padding = node.integers("output_padding").orElse(new long[spatial]);
        long[] stated = node.integers("output_shape").orElse(new long[0]);
        long[] pads = node.integers("pads").orElse(new long[2 * spatial]);
        String mode = node.text("auto_pad", "NOTSET");
        int[] begin = new int[spatial];
        int[] extents = new int[spatial];
        for (int d = 0; d < spatial; d++) {
            int whole =
                    strides[d] * (input[2 + d] - 1) + (int) padding[d] + (weights.size(2 + d) - 1) * dilations[d] + 1;
            boolean same = mode.startsWith("SAME");
            if (stated.length > 0 || same) {
                extents[d] = stated.length > 0
                        ? Math.toIntExact(stated[stated.length - spatial + d])
                        : input[2 + d] * strides[d];
                int total = Math.max(0, whole - extents[d]);
                begin[d] = mode.equals("SAME_UPPER") ? total / 2 : total - total / 2;
            } else {
                begin[d] = Math.toIntExact(pads[d]);
                extents[d] = Math.toIntExact(whole - pads[d] - pads[d + spatial]);
            }
            if (extents[d] < 1) {
                throw new GraphException("its result has " + extents[d] + " positions in dimension " + (2 + d));
            }
        }
        boolean rows = spatial == 2;
        FloatTensor filters = rows ? weights : weights.reshaped(weights.size(0), weights.size(1), 1, weights.size(2));
        node.define(new TransposedConvolution(
                        filters,
                        bias,
                        groups,
                        rows ? strides : new int[] {1, strides[0]},
                        rows ? dilations : new int[] {1, dilations[0]},
                        rows ? begin : new int[] {0, begin[0]},
                        rows ? extents : new int[] {1, extents[0]})
                .of(node.input(0), graph));
    }
}

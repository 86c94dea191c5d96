package dev.octavo.tools.onnx;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.Pooling;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.GraphBuilder;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Window;
import java.util.Arrays;

/** Kernel, strides, dilations and padding, as convolutions and poolings of the format state them, float or quantized. */
final class WindowAttributes {
    private WindowAttributes() {}

    /** The convolution of a value with the attributes of a node. */
    static String convolution(OnnxNode node, GraphBuilder graph, String value, FloatTensor weights, FloatTensor bias) {
        int[] input = graph.shape(value);
        int groups = Math.toIntExact(node.integer("group", 1));
        if (weights.rank() != input.length) {
            throw new GraphException("its weights " + weights + " do not fit an input " + Arrays.toString(input));
        }
        int[] shape = weights.shape();
        long[] kernel = Arrays.stream(shape, 2, shape.length).asLongStream().toArray();
        long[] stated = node.integers("kernel_shape").orElse(kernel);
        if (!Arrays.equals(stated, kernel)) {
            throw new GraphException("its kernel_shape " + Arrays.toString(stated) + " is not that of " + weights);
        }
        return graph.convolution(value, window(node, input, kernel, groups), weights, bias);
    }

    /** The pooling of a value with the attributes of a node. */
    static String pool(OnnxNode node, GraphBuilder graph, Pooling.Kind kind, String value) {
        return pool(node, graph, kind, value, kind == Pooling.Kind.AVERAGE && node.flag("count_include_pad", false));
    }

    /** The pooling of a value with the attributes of a node but for what is counted. */
    static String pool(OnnxNode node, GraphBuilder graph, Pooling.Kind kind, String value, boolean countPadding) {
        long[] kernel =
                node.integers("kernel_shape").orElseThrow(() -> new GraphException("its kernel_shape is missing"));
        return graph.pool(
                value, kind, window(node, graph.shape(value), kernel, 1), countPadding, node.flag("ceil_mode", false));
    }

    static FloatTensor vector(FloatTensor tensor, int size, String what) {
        if (tensor.rank() != 1 || tensor.size(0) != size) {
            throw new GraphException("its " + what + " " + tensor + " should be a vector of " + size);
        }
        return tensor;
    }

    /**
     * The window that a node moves over an input.
     *
     * @param input [N, C, H, W] or [N, C, L]
     * @param kernel taps in each spatial dimension
     */
    static Window window(OnnxNode node, int[] input, long[] kernel, int groups) {
        int spatial = input.length - 2;
        if (spatial != 1 && spatial != 2) {
            throw new GraphException("its input " + Arrays.toString(input)
                    + " has no 1 or 2 spatial dimensions; others are not supported");
        }
        int[] strides = extents(node, "strides", spatial);
        int[] dilations = extents(node, "dilations", spatial);
        if (kernel.length != spatial) {
            throw new GraphException(
                    "its kernel " + Arrays.toString(kernel) + " does not fit an input " + Arrays.toString(input));
        }
        long[] pads = pads(node, input, kernel, strides, dilations);
        int[] sides = new int[4];
        for (int d = 0; d < spatial; d++) {
            sides[d + 2 - spatial] = Math.toIntExact(pads[d]);
            sides[d + 4 - spatial] = Math.toIntExact(pads[d + spatial]);
            if (pads[d] < 0 || pads[d + spatial] < 0) {
                throw new GraphException("its pads " + Arrays.toString(pads) + " are negative");
            }
        }
        boolean plane = spatial == 2;
        ConvolutionShape shape = new ConvolutionShape(
                plane ? Math.toIntExact(kernel[0]) : 1,
                Math.toIntExact(kernel[spatial - 1]),
                plane ? strides[0] : 1,
                strides[spatial - 1],
                plane ? dilations[0] : 1,
                dilations[spatial - 1],
                groups);
        return new Window(shape, sides[0], sides[1], sides[2], sides[3]);
    }

    /** Positive numbers of an attribute, one per spatial dimension; ones where it is missing. */
    static int[] extents(OnnxNode node, String attribute, int spatial) {
        long[] extents = node.integers(attribute).orElseGet(() -> {
            long[] ones = new long[spatial];
            Arrays.fill(ones, 1);
            return ones;
        });
        if (extents.length != spatial || Arrays.stream(extents).anyMatch(extent -> extent < 1)) {
            throw new GraphException("its " + attribute + " " + Arrays.toString(extents) + " should be " + spatial
                    + " positive numbers");
        }
        return Arrays.stream(extents).mapToInt(Math::toIntExact).toArray();
    }

    /** All that lie before, then all that lie after. */
    private static long[] pads(OnnxNode node, int[] input, long[] kernel, int[] strides, int[] dilations) {
        int spatial = kernel.length;
        String mode = node.text("auto_pad", "NOTSET");
        long[] pads = new long[2 * spatial];
        switch (mode) {
            case "NOTSET" -> {
                pads = node.integers("pads").orElse(pads);
                if (pads.length != 2 * spatial) {
                    throw new GraphException(
                            "its pads " + Arrays.toString(pads) + " should be " + 2 * spatial + " numbers");
                }
            }
            case "SAME_UPPER", "SAME_LOWER" -> {
                for (int d = 0; d < spatial; d++) {
                    long extent = Math.addExact(Math.multiplyExact(kernel[d] - 1, dilations[d]), 1);
                    long outputs = Math.ceilDiv(input[d + 2], strides[d]);
                    long total = Math.max(0, (outputs - 1) * strides[d] + extent - input[d + 2]);
                    long less = total / 2;
                    pads[d] = mode.equals("SAME_UPPER") ? less : total - less;
                    pads[d + spatial] = total - pads[d];
                }
            }
            case "VALID" -> {}
            default -> throw new GraphException("its auto_pad '" + mode + "' is unknown");
        }
        return pads;
    }
}

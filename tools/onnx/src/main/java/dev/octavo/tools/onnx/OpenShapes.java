package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.onnx.proto.AttributeProto;
import dev.octavo.tools.onnx.proto.GraphProto;
import dev.octavo.tools.onnx.proto.NodeProto;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** What can be said of extents that a file leaves open: by how much the network divides them, and what would suit. */
final class OpenShapes {
    private static final int LARGE = 640;
    private static final int SMALL = 224;

    private final GraphProto graph;

    OpenShapes(GraphProto graph) {
        this.graph = graph;
    }

    /** The product of strides along the path that divides most. */
    private int divisor() {
        Map<String, Integer> factors = new HashMap<>();
        int most = 1;
        for (NodeProto node : graph.getNodeList()) {
            int factor = node.getInputList().stream()
                    .mapToInt(input -> factors.getOrDefault(input, 1))
                    .max()
                    .orElse(1);
            for (AttributeProto attribute : node.getAttributeList()) {
                boolean divides = !node.getOpType().equals("ConvTranspose");
                if (divides && attribute.getName().equals("strides") && attribute.getIntsCount() > 0) {
                    factor *= Math.clamp(attribute.getInts(0), 1, 64);
                }
            }
            int reached = Math.min(factor, 1024);
            node.getOutputList().forEach(output -> factors.put(output, reached));
            most = Math.max(most, reached);
        }
        return most;
    }

    /**
     * The message for an input.
     *
     * @param only whether the network has no other input
     * @param shape 0 where an extent is open
     */
    GraphException refusal(String input, boolean only, int[] shape) {
        boolean picture = shape.length == 4 && shape[2] == 0 && shape[3] == 0;
        int divisor = divisor();
        int size = divisor >= 32 ? LARGE : SMALL;
        int[] proposed = shape.clone();
        for (int d = 0; d < shape.length; d++) {
            if (shape[d] == 0) {
                proposed[d] = d == 1 && picture ? 3 : Math.ceilDiv(picture ? size : 1, divisor) * divisor;
            }
        }
        String open = picture
                ? "height and width are open"
                : "dimensions " + open(shape) + " of " + Arrays.toString(shape).replace("0", "?") + " are open";
        return new GraphException("input '" + input + "': " + open + "; say --input-shape "
                + (only ? "" : input + "=") + text(proposed) + " (in Java withInputShape)"
                + (divisor > 1 ? "; the network's strides divide by " + divisor : ""));
    }

    private static String open(int[] shape) {
        return java.util.stream.IntStream.range(0, shape.length)
                .filter(d -> shape[d] == 0)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(", "));
    }

    /** A shape as the command line takes it. */
    static String text(int[] shape) {
        return Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(","));
    }
}

package dev.octavo.tools.layers;

import dev.octavo.tools.graph.Clamp;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.quantize.ClippedNormals;
import dev.octavo.tools.quantize.WeightShape;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Layers of a graph in the terms of quantization. */
public final class Layers {
    private Layers() {}

    public static WeightShape weightShape(Op.Layer layer) {
        return new WeightShape(layer.outputs(), layer.inputsPerGroup(), layer.taps(), layer.groups());
    }

    public static ClippedNormals clip(ClippedNormals normals, Clamp clamp) {
        double[] high = new double[normals.channels()];
        for (int c = 0; c < high.length; c++) {
            high[c] = clamp.high(c);
        }
        return normals.clip(clamp.low(), high);
    }

    /** The constant as one value per channel of a value, whose channels are dimension 1; empty if it varies elsewhere. */
    public static Optional<float[]> perChannel(FloatTensor constant, int channels, int[] shape) {
        float[] values = new float[channels];
        if (constant.elements() == 1) {
            Arrays.fill(values, constant.at(0));
            return constant.rank() <= shape.length ? Optional.of(values) : Optional.empty();
        }
        int channelDimension = constant.rank() - shape.length + 1;
        if (channelDimension < 0
                || constant.rank() > shape.length
                || constant.elements() != channels
                || constant.size(channelDimension) != channels) {
            return Optional.empty();
        }
        return Optional.of(constant.values());
    }

    /** Refuses names that no layer of a graph has, and says which ones come near. */
    public static void checkNames(Graph graph, Collection<String> names) {
        Set<String> layers = graph.nodes().stream()
                .filter(node -> node.op() instanceof Op.Layer)
                .map(Node::name)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        checkNames(graph, "layer", layers, names);
    }

    /** Refuses names that no value of a graph has, and says which ones come near. */
    public static void checkValues(Graph graph, Collection<String> names) {
        Set<String> values = new LinkedHashSet<>(graph.inputs());
        graph.nodes().forEach(node -> values.add(node.output()));
        checkNames(graph, "value", values, names);
    }

    private static void checkNames(Graph graph, String kind, Set<String> known, Collection<String> names) {
        List<String> unknown =
                names.stream().filter(name -> !known.contains(name)).toList();
        if (!unknown.isEmpty()) {
            throw new GraphException(graph.name() + " has no " + kind + " '" + String.join("', '", unknown)
                    + "'; near it there are "
                    + NearNames.of(unknown.getFirst(), known).stream()
                            .map(name -> "'" + name + "'")
                            .collect(Collectors.joining(", ")));
        }
    }

    /** Outputs per input position: a layer that strides reads, and disturbs, fewer. */
    public static double stride(Op.Layer layer) {
        return layer instanceof Op.Convolution convolution
                ? convolution.window().shape().strideHeight()
                        * convolution.window().shape().strideWidth()
                : 1;
    }

    /** Whether zeros surround the layer's input. */
    public static boolean padded(Op.Layer layer) {
        return layer instanceof Op.Convolution convolution
                && convolution.window().padded();
    }
}

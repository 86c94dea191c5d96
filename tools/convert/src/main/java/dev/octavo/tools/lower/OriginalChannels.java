package dev.octavo.tools.lower;

import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import dev.octavo.tools.graph.ChannelTransform;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What the channels of a model's tensors were in the network that it was made from. A model file holds them as float
 * constants [C] that no operation reads, named by the tensor.
 */
public final class OriginalChannels {
    private OriginalChannels() {}

    static String factorsOf(String value) {
        return value + "/factors";
    }

    static String offsetsOf(String value) {
        return value + "/offsets";
    }

    /** Of all values of a graph whose channels passes have changed. */
    static SequencedMap<String, ChannelTransform> of(Graph graph) {
        SequencedMap<String, ChannelTransform> originals = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            ChannelTransform own = graph.original(node.output()).orElse(null);
            ChannelTransform original = own == null && keepsChannels(graph, node) ? originals.get(node.input()) : own;
            if (original != null && !original.isIdentity()) {
                originals.put(node.output(), original);
            }
        }
        return originals;
    }

    /** Of the tensors of a model, by name. */
    public static Map<String, ChannelTransform> of(ModelDefinition model) {
        Map<String, TensorDefinition> tensors = new LinkedHashMap<>();
        model.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
        Map<String, ChannelTransform> originals = new LinkedHashMap<>();
        for (TensorDefinition tensor : model.tensors()) {
            float[] factors = floats(tensors.get(factorsOf(tensor.name())));
            float[] offsets = floats(tensors.get(offsetsOf(tensor.name())));
            if (factors != null
                    && offsets != null
                    && tensor.shape().length > 1
                    && factors.length == tensor.shape()[1]) {
                originals.put(tensor.name(), new ChannelTransform(factors, offsets));
            }
        }
        return originals;
    }

    private static float @Nullable [] floats(@Nullable TensorDefinition tensor) {
        MemorySegment constant = tensor == null ? null : tensor.constant();
        return constant == null ? null : constant.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }

    /** Whether an operator treats each channel by itself, so that rescaled channels stay rescaled. */
    private static boolean keepsChannels(Graph graph, Node node) {
        return switch (node.op()) {
            case Op.Pool pool -> true;
            case Op.GlobalPool pool -> true;
            case Op.Unary unary -> true;
            case Op.Pad pad ->
                pad.before().size() > 1
                        && pad.before().get(1) == 0
                        && pad.after().get(1) == 0;
            case Op.Reshape reshape ->
                graph.shape(node.input()).length > 1
                        && graph.shape(node.output()).length > 1
                        && graph.shape(node.input())[1] == graph.shape(node.output())[1];
            case Op.Layer _, Op.RoundToGrid _, Op.Binary _, Op.Movement _, Op.FloatOnly _ -> false;
        };
    }
}

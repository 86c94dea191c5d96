package dev.octavo.tools.quantizer;

import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.Pooling;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.options.QuantizationOptions;
import dev.octavo.tools.quantize.ClippedNormals;
import dev.octavo.tools.quantize.IntegerRange;
import dev.octavo.tools.quantize.RangeEvidence;
import dev.octavo.tools.statistics.ValueModels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Chooses how each value of a graph is stored. */
final class Encodings {
    /** A multiplier of a sum must stay below 64. */
    private static final float LARGEST_RATIO = 60;

    /** The ratio of scales, 2.5 dB of rounding noise, from which on an offset is worth a code of 0 that is not 0. */
    private static final float FINER = 0.75f;

    private final Graph graph;
    private final ValueModels models;
    private final Measurements measurements;
    private final QuantizationOptions options;
    private final LeastValues leastValues;
    private final Depths depths;
    private final Set<String> normalized;
    private final Map<String, String> parents = new HashMap<>();

    private Encodings(
            Graph graph,
            ValueModels models,
            Measurements measurements,
            Set<String> normalized,
            QuantizationOptions options) {
        this.normalized = normalized;
        this.graph = graph;
        this.models = models;
        this.measurements = measurements;
        this.options = options;
        this.leastValues = new LeastValues(graph, models, measurements);
        this.depths = Depths.of(graph);
    }

    /**
     * The encodings of all values that are quantized.
     *
     * @param normalized the values whose models follow from batch normalizations
     */
    static Map<String, TensorEncoding> choose(
            Graph graph,
            ValueModels models,
            Measurements measurements,
            Set<String> normalized,
            QuantizationOptions options) {
        return new Encodings(graph, models, measurements, normalized, options).choose();
    }

    private Map<String, TensorEncoding> choose() {
        Set<String> floats = floatValues();
        for (Node node : graph.nodes()) {
            if (node.op().moves()) {
                for (String input : node.inputs()) {
                    join(input, node.output());
                }
            }
        }
        Map<String, List<String>> groups = new LinkedHashMap<>();
        for (String value : graph.inputs()) {
            groups.computeIfAbsent(root(value), key -> new ArrayList<>()).add(value);
        }
        for (Node node : graph.nodes()) {
            groups.computeIfAbsent(root(node.output()), key -> new ArrayList<>())
                    .add(node.output());
        }
        Map<String, TensorEncoding> encodings = new LinkedHashMap<>();
        for (List<String> group : groups.values()) {
            TensorEncoding encoding = encoding(group, encodings);
            if (encoding != null) {
                group.stream()
                        .filter(value -> !floats.contains(value))
                        .forEach(value -> encodings.put(value, encoding));
            }
        }
        // What a function reads from the accumulators of a layer is nowhere stored.
        FusedActivations.of(graph).layers().forEach((value, layer) -> {
            if (encodings.containsKey(value)
                    && encodings.containsKey(layer.input())
                    && !options.floatLayers().contains(layer.name())) {
                encodings.remove(layer.output());
            }
        });
        return encodings;
    }

    /** The encoding that all values of a group share, or null if one of them is not known. */
    private @Nullable TensorEncoding encoding(List<String> group, Map<String, TensorEncoding> earlier) {
        Node first = graph.producer(group.getFirst()).orElse(null);
        if (group.size() == 1 && first != null && averagesOffsetCodes(first, earlier)) {
            return earlier.get(first.input());
        }
        boolean nonNegative = true;
        List<String> origins = new ArrayList<>();
        float least = 0;
        for (String value : group) {
            ClippedNormals model = models.model(value).orElse(null);
            if (model == null) {
                return null;
            }
            Node producer = graph.producer(value).orElse(null);
            if (producer == null || !producer.op().moves()) {
                origins.add(value);
                nonNegative &= model.isNonNegative();
            }
            if (producer != null && isSum(producer)) {
                for (String term : producer.inputs()) {
                    TensorEncoding encoding = earlier.get(term);
                    least = encoding == null ? least : Math.max(least, encoding.scale() / LARGEST_RATIO);
                }
            }
        }
        IntegerRange range = nonNegative
                ? options.activations().nonNegativeGrid()
                : options.activations().signedGrid();
        float given = 0;
        for (String value : group) {
            given = Math.max(given, options.activations().scales().getOrDefault(value, 0f));
        }
        float scale = Math.max(least, given > 0 ? given : (float) (threshold(origins, range) / range.high()));
        TensorEncoding centred = new TensorEncoding(range, scale >= Float.MIN_NORMAL ? scale : 1);
        boolean offset = !nonNegative
                && given == 0
                && !options.activations().signed()
                && graph.inputs().stream().noneMatch(group::contains);
        return offset ? offset(origins, centred, least) : centred;
    }

    /** The encoding whose integers begin at the least value, where its steps are clearly finer than those of another. */
    private TensorEncoding offset(List<String> origins, TensorEncoding centred, float leastScale) {
        int bits = options.activations().bits();
        IntegerRange positive = IntegerRange.unsigned(bits);
        double bottom = origins.stream().mapToDouble(leastValues::of).min().orElse(0);
        float scale = Math.max(leastScale, (float) ((threshold(origins, positive) - bottom) / positive.high()));
        int steps = (int) Math.min(Math.ceil(-bottom / scale), positive.high());
        return scale > FINER * centred.scale() || scale < Float.MIN_NORMAL || steps < 1 || steps >= positive.high()
                ? centred
                : new TensorEncoding(IntegerRange.offset(bits, steps), scale);
    }

    /** Windows that see different numbers of values have averages in the codes of those values only. */
    private static boolean averagesOffsetCodes(Node node, Map<String, TensorEncoding> earlier) {
        TensorEncoding input = earlier.get(node.input());
        return node.op() instanceof Op.Pool pool
                && pool.kindOfPool() == Pooling.Kind.AVERAGE
                && input != null
                && input.zero() != 0;
    }

    private double threshold(List<String> values, IntegerRange range) {
        double threshold = 0;
        for (String value : values) {
            threshold = Math.max(threshold, threshold(value, range));
        }
        return threshold;
    }

    private double threshold(String value, IntegerRange range) {
        RangeEvidence evidence = new RangeEvidence(
                models.model(value).orElseThrow(),
                measurements.value(value),
                normalized.contains(value),
                graph.producer(value).filter(Encodings::isSum).isPresent(),
                depths.of(value));
        return options.activations().ranges().threshold(evidence, range);
    }

    private static boolean isSum(Node node) {
        return node.inputs().size() == 2
                && (node.op() instanceof Op.Layer
                        || (node.op() instanceof Op.Binary binary && binary.function() == FloatBinary.Function.ADD));
    }

    /**
     * Values that are computed, or given, only for readers that want them in float: the sums of the last layers, which leave
     * their accumulators as float without loss, and whatever follows them up to the outputs of the network.
     */
    private Set<String> floatValues() {
        Set<String> floats = new HashSet<>();
        for (Node node : graph.nodes().reversed()) {
            boolean possible = belongsToHead(node.op())
                    || options.floatLayers().contains(node.name())
                    || (node.op() instanceof Op.Layer layer
                            && node.inputs().size() == 1
                            && layer.clamp().none());
            if (possible && wantedInFloat(node.output(), floats)) {
                floats.add(node.output());
            }
        }
        graph.inputs().stream()
                .filter(input -> !graph.consumers(input).isEmpty() && wantedInFloat(input, floats))
                .forEach(floats::add);
        return floats;
    }

    private boolean wantedInFloat(String value, Set<String> floats) {
        return graph.consumers(value).stream()
                .allMatch(reader -> computesInFloat(reader.op())
                        || options.floatLayers().contains(reader.name())
                        || (belongsToHead(reader.op()) && floats.contains(reader.output())));
    }

    /** Whether an operator is cheap in float behind the last layers. */
    private static boolean belongsToHead(Op op) {
        return op instanceof Op.Movement
                || op instanceof Op.Unary
                || op instanceof Op.Binary
                || (op instanceof Op.GlobalPool pool && pool.kindOfPool() == Pooling.Kind.AVERAGE);
    }

    /** Whether an operator has no integer form. */
    static boolean computesInFloat(Op op) {
        return switch (op) {
            case Op.FloatOnly _ -> true;
            case Op.Binary binary ->
                binary.function() != FloatBinary.Function.ADD && binary.function() != FloatBinary.Function.MULTIPLY;
            case Op.Layer _, Op.Unary _, Op.RoundToGrid _, Op.Pool _, Op.GlobalPool _, Op.Movement _ -> false;
        };
    }

    private void join(String a, String b) {
        if (!graph.constants().containsKey(a)) {
            parents.put(root(a), root(b));
        }
    }

    private String root(String value) {
        String root = value;
        String parent = parents.get(root);
        while (parent != null && !parent.equals(root)) {
            root = parent;
            parent = parents.get(root);
        }
        return root;
    }
}

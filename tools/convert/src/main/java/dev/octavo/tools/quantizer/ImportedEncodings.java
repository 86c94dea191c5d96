package dev.octavo.tools.quantizer;

import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.kernels.Pooling;
import dev.octavo.tools.graph.Clamp;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Grid;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.passes.SimplifyRoundings;
import dev.octavo.tools.quantize.IntegerRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds how each value of a network that was quantized elsewhere is stored, and merges its roundings into the operators that
 * compute in integers. What computes in float keeps its rounding behind it.
 */
final class ImportedEncodings {
    private final Graph graph;
    private final Graph.Editor editor;
    private final Map<String, TensorEncoding> encodings = new HashMap<>();
    private final Set<String> nonNegative = new HashSet<>();
    private final Set<Node> merged = new HashSet<>();
    private final List<Adaptation> adaptations = new ArrayList<>();

    /** Prepares the encodings of a graph that {@link SimplifyRoundings} left. */
    ImportedEncodings(Graph graph) {
        this.graph = graph;
        this.editor = graph.edit();
        for (Node node : graph.nodes()) {
            if (isNonNegative(node)) {
                nonNegative.add(node.output());
            }
            if (merged.contains(node)) {
                continue;
            }
            if (node.op() instanceof Op.RoundToGrid round) {
                rounding(node, round.grid());
            } else if (node.op().moves()) {
                movement(node);
            } else {
                operator(node);
            }
        }
    }

    /** The graph with fewer roundings. */
    Graph graph() {
        return editor.build();
    }

    /** By value; also of some that the graph has lost. */
    Map<String, TensorEncoding> encodings() {
        return encodings;
    }

    /** What could not be kept exactly. */
    List<Adaptation> adaptations() {
        return adaptations;
    }

    /** Whether a layer is to compute in integers: its weights and everything that it reads are quantized. */
    static boolean quantized(Node node, Op.Layer layer, Map<String, TensorEncoding> encodings) {
        return layer.weights()
                        .steps()
                        .filter(steps -> steps.common() || steps.axis() == 0)
                        .isPresent()
                && encodings.keySet().containsAll(node.inputs());
    }

    private void rounding(Node node, Grid grid) {
        TensorEncoding encoding = encode(node, grid);
        encodings.put(node.output(), encoding);
        boolean alike = encoding.equals(encodings.get(node.input()));
        if (alike && !graph.outputs().contains(node.output())) {
            editor.bypass(current(node));
        }
    }

    /** A node as the edits so far have left it. */
    private Node current(Node node) {
        return editor.nodes().stream()
                .filter(candidate -> candidate.name().equals(node.name()))
                .findFirst()
                .orElseThrow();
    }

    private void movement(Node node) {
        TensorEncoding first = encodings.get(node.input());
        boolean alike = first != null
                && node.inputs().stream()
                        .allMatch(input -> graph.constant(input).isPresent() || first.equals(encodings.get(input)));
        if (alike) {
            encodings.put(node.output(), first);
        }
    }

    private void operator(Node node) {
        Optional<Node> rounding = graph.onlyConsumer(node.output())
                .filter(reader -> reader.op() instanceof Op.RoundToGrid)
                .filter(reader -> computesInIntegers(node));
        if (rounding.isPresent()) {
            Node last = rounding.get();
            merged.add(last);
            nonNegative.addAll(nonNegative.contains(node.output()) ? Set.of(last.output()) : Set.of());
            encodings.put(last.output(), encode(last, ((Op.RoundToGrid) last.op()).grid()));
            editor.remove(last).replace(current(node).writing(last.output()));
        } else if (node.op() instanceof Op.Layer layer
                && node.inputs().size() == 1
                && !layer.clamp().none()
                && layer.clamp().high().length == 1
                && quantized(node, layer, encodings)) {
            separateClamp(node, layer);
        }
    }

    /** A layer whose results leave as float has no clamp in integers. */
    private void separateClamp(Node node, Op.Layer layer) {
        String sum = node.output() + "/sum";
        editor.replace(current(node)
                        .with(layer.with(layer.weights(), layer.bias(), Clamp.NONE))
                        .writing(sum))
                .shape(sum, graph.shape(node.output()))
                .node(
                        new Node(
                                node.name() + "/clamp",
                                new Op.Unary(
                                        FloatUnary.Function.CLIP,
                                        layer.clamp().low(),
                                        layer.clamp().high(0)),
                                List.of(sum),
                                node.output()),
                        graph.shape(node.output()));
    }

    private boolean computesInIntegers(Node node) {
        boolean encoded = encodings.keySet().containsAll(node.inputs());
        return switch (node.op()) {
            case Op.Layer layer -> quantized(node, layer, encodings);
            case Op.Pool pool -> encoded && pool.kindOfPool() == Pooling.Kind.AVERAGE;
            case Op.GlobalPool pool -> encoded && pool.kindOfPool() == Pooling.Kind.AVERAGE;
            case Op.Unary unary -> encoded;
            case Op.Binary binary ->
                encoded
                        && (binary.function() == FloatBinary.Function.ADD
                                || binary.function() == FloatBinary.Function.MULTIPLY);
            case Op.RoundToGrid _, Op.Movement _, Op.FloatOnly _ -> false;
        };
    }

    private boolean isNonNegative(Node node) {
        return switch (node.op()) {
            case Op.Layer layer -> layer.clamp().nonNegative();
            case Op.RoundToGrid round -> round.grid().least() >= 0 || nonNegative.contains(node.input());
            case Op.Unary unary -> unary.least() >= 0;
            case Op.Binary binary ->
                (binary.function() == FloatBinary.Function.ADD || binary.function() == FloatBinary.Function.MULTIPLY)
                        && nonNegative.containsAll(node.inputs());
            case Op.Pad _, Op.FloatOnly _ -> false;
            case Op.Pool _, Op.GlobalPool _, Op.Movement _ -> nonNegative.containsAll(node.inputs());
        };
    }

    /** The encoding of a grid: the same numbers where a byte has them, or else nearly the same range. */
    private TensorEncoding encode(Node rounding, Grid grid) {
        boolean unsigned = grid.least() >= 0 || nonNegative.contains(rounding.input());
        int low = unsigned ? 0 : grid.least();
        int high = Math.max(low + 1, grid.greatest());
        if (high - low <= 255) {
            return new TensorEncoding(new IntegerRange(low, high), grid.scale());
        }
        float scale = (float) (grid.scale() * (Math.max(-low, high) / 127.0));
        adaptations.add(new Adaptation(
                rounding.output(),
                "zero point " + grid.zeroPoint() + " of [" + grid.low() + ", " + grid.high() + "]",
                20 * Math.log10(scale / grid.scale())));
        double ratio = (double) grid.scale() / scale;
        return new TensorEncoding(
                new IntegerRange((int) Math.rint(low * ratio), Math.max(1, (int) Math.rint(high * ratio))), scale);
    }
}

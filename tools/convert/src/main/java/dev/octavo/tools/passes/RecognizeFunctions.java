package dev.octavo.tools.passes;

import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Replaces element-wise functions of one tensor that are spelled in several nodes, as exporters write hard-swish, SiLU, GELU,
 * Mish and leaky ReLUs, by the function that they compute. They are recognized by their values, whatever the nodes and
 * their order, so that each becomes one table of bytes, or one kernel.
 */
public final class RecognizeFunctions implements Pass {
    private static final int MOST_NODES = 8;
    private static final double TOLERANCE = 4e-6;

    /** Sample points on both sides of every kink. */
    private static final double[] SAMPLES = samples();

    private static double[] samples() {
        double[] points = new double[97];
        for (int i = 0; i < points.length; i++) {
            points[i] = (i - 48) / 6.0 + 0.01;
        }
        return points;
    }

    @Override
    public String name() {
        return "recognize-functions";
    }

    @Override
    public Graph apply(Graph graph) {
        Graph current = graph;
        for (Node node : graph.nodes().reversed()) {
            Node latest = current.producer(node.output()).orElse(null);
            if (latest != null && latest.op() instanceof Op.Binary) {
                current = recognized(current, latest);
            }
        }
        return current;
    }

    /** A value, and the nodes between it and a result. */
    private record Candidate(String source, Set<Node> nodes) {}

    private static Graph recognized(Graph graph, Node last) {
        for (Candidate candidate : candidates(graph, last).reversed()) {
            Optional<Op.Unary> function = match(graph, last, candidate);
            if (function.isPresent()) {
                Graph.Editor editor = graph.edit();
                candidate.nodes().stream().filter(node -> !node.equals(last)).forEach(editor::remove);
                return editor.replace(last.with(function.get()).reading(List.of(candidate.source())))
                        .build();
            }
        }
        return graph;
    }

    /** The growing sets of nodes above a node that depend on one value alone and that nothing else reads. */
    private static List<Candidate> candidates(Graph graph, Node last) {
        List<Candidate> candidates = new ArrayList<>();
        Set<Node> nodes = new LinkedHashSet<>(List.of(last));
        while (nodes.size() <= MOST_NODES) {
            Set<String> open = new LinkedHashSet<>();
            Set<String> inner = new HashSet<>();
            nodes.forEach(node -> inner.add(node.output()));
            nodes.forEach(node -> node.inputs().stream()
                    .filter(value -> !inner.contains(value) && !isNumber(graph, value))
                    .forEach(open::add));
            if (open.size() == 1) {
                candidates.add(new Candidate(open.iterator().next(), Set.copyOf(nodes)));
            }
            Optional<Node> next = open.stream()
                    .flatMap(value -> graph.producer(value).stream())
                    .filter(node ->
                            isElementwise(graph, node, last) && nodes.containsAll(graph.consumers(node.output())))
                    .filter(node -> !graph.outputs().contains(node.output()))
                    .findFirst();
            if (next.isEmpty()) {
                break;
            }
            nodes.add(next.get());
        }
        return candidates;
    }

    private static boolean isElementwise(Graph graph, Node node, Node last) {
        return (node.op() instanceof Op.Unary || node.op() instanceof Op.Binary)
                && Arrays.equals(graph.shape(node.output()), graph.shape(last.output()));
    }

    private static boolean isNumber(Graph graph, String value) {
        return graph.constant(value)
                .filter(constant -> constant.elements() == 1)
                .isPresent();
    }

    private static Optional<Op.Unary> match(Graph graph, Node last, Candidate candidate) {
        if (!Arrays.equals(graph.shape(candidate.source()), graph.shape(last.output()))) {
            return Optional.empty();
        }
        double[] values = new double[SAMPLES.length];
        for (int i = 0; i < values.length; i++) {
            Map<String, Double> known = new HashMap<>();
            known.put(candidate.source(), SAMPLES[i]);
            values[i] = value(graph, last.output(), known);
        }
        float slope = (float) (values[0] / SAMPLES[0]);
        for (Op.Unary function : List.of(
                new Op.Unary(FloatUnary.Function.HARD_SWISH, 0, 0),
                new Op.Unary(FloatUnary.Function.HARD_SIGMOID, 1f / 6, 0.5f),
                new Op.Unary(FloatUnary.Function.HARD_SIGMOID, 0.2f, 0.5f),
                new Op.Unary(FloatUnary.Function.SWISH, 1, 0),
                new Op.Unary(FloatUnary.Function.SWISH, 1.702f, 0),
                new Op.Unary(FloatUnary.Function.GELU, 0, 0),
                new Op.Unary(FloatUnary.Function.GELU_TANH, 0, 0),
                new Op.Unary(FloatUnary.Function.MISH, 0, 0),
                new Op.Unary(FloatUnary.Function.SOFTPLUS, 0, 0),
                new Op.Unary(FloatUnary.Function.SOFTSIGN, 0, 0),
                new Op.Unary(FloatUnary.Function.SIGMOID, 0, 0),
                new Op.Unary(FloatUnary.Function.TANH, 0, 0),
                new Op.Unary(FloatUnary.Function.ABS, 0, 0),
                new Op.Unary(FloatUnary.Function.LEAKY_RELU, slope, 0))) {
            if (agrees(function, values)) {
                return Optional.of(function);
            }
        }
        return Optional.empty();
    }

    private static boolean agrees(Op.Unary function, double[] values) {
        if (function.function() == FloatUnary.Function.LEAKY_RELU && !(function.alpha() < 1)) {
            return false;
        }
        for (int i = 0; i < values.length; i++) {
            double expected = function.apply(SAMPLES[i]);
            if (!(Math.abs(values[i] - expected) <= TOLERANCE * Math.max(1, Math.abs(expected)))) {
                return false;
            }
        }
        return true;
    }

    private static double value(Graph graph, String name, Map<String, Double> known) {
        Double value = known.get(name);
        if (value != null) {
            return value;
        }
        FloatTensor constant = graph.constant(name).orElse(null);
        if (constant != null) {
            return constant.at(0);
        }
        Node node = graph.producer(name).orElseThrow();
        double first = value(graph, node.inputs().get(0), known);
        double result = switch (node.op()) {
            case Op.Unary unary -> unary.apply(first);
            case Op.Binary binary ->
                combined(binary.function(), first, value(graph, node.inputs().get(1), known));
            default -> throw new IllegalStateException(node.op().kind() + " is no function of elements");
        };
        // Rounded as it will be computed: a sum that rounds on purpose is no identity.
        known.put(name, (double) (float) result);
        return (float) result;
    }

    private static double combined(FloatBinary.Function function, double a, double b) {
        return switch (function) {
            case ADD -> a + b;
            case SUBTRACT -> a - b;
            case MULTIPLY -> a * b;
            case DIVIDE -> a / b;
            case MINIMUM -> Math.min(a, b);
            case MAXIMUM -> Math.max(a, b);
            case POWER -> Math.pow(a, b);
            case PARAMETRIC_RELU -> a < 0 ? b * a : a;
            case REMAINDER, MODULO, EQUAL, LESS, LESS_OR_EQUAL -> Double.NaN;
        };
    }
}

package dev.octavo.tools.onnx;

import dev.octavo.kernels.FloatUnary;
import dev.octavo.tools.graph.Constant;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.GraphBuilder;
import dev.octavo.tools.graph.GraphException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** RNN, GRU and LSTM, unrolled: the input's products are one layer for all steps, the state's one layer per step. */
final class RecurrentMappings {
    private static final int MAX_STEPS = 512;

    private RecurrentMappings() {}

    /** One direction of a node: its weights, as fully connected layers of all gates. */
    private static final class Direction {
        private final OnnxNode node;
        private final GraphBuilder graph;
        private final int index;
        private final int size;
        private final FloatTensor recurrent;
        private final FloatTensor ofInput;
        private final FloatTensor ofState;
        private final List<String> steps = new ArrayList<>();
        private final boolean reverse;

        /** @param bothBiases whether the bias of the state can be added to that of the input */
        Direction(OnnxNode node, GraphBuilder graph, int index, int gates, boolean bothBiases) {
            this.node = node;
            this.graph = graph;
            this.index = index;
            this.reverse = index == 1 || node.text("direction", "forward").equals("reverse");
            recurrent = matrix(2);
            size = recurrent.size(1);
            if (recurrent.size(0) != gates * size) {
                throw new GraphException("its weights of the state " + recurrent + " have no " + gates + " gates");
            }
            float[] biases = node.hasInput(3) ? row(3) : new float[2 * gates * size];
            float[] first = Arrays.copyOf(biases, gates * size);
            float[] second = Arrays.copyOfRange(biases, gates * size, 2 * gates * size);
            if (bothBiases) {
                for (int i = 0; i < first.length; i++) {
                    first[i] += second[i];
                }
                second = new float[second.length];
            }
            ofInput = FloatTensor.vector(first);
            ofState = FloatTensor.vector(second);
            unrollInput();
        }

        private FloatTensor matrix(int input) {
            FloatTensor all = node.weights(input);
            int elements = all.size(1) * all.size(2);
            return FloatTensor.of(
                    new int[] {all.size(1), all.size(2)},
                    Arrays.copyOfRange(all.values(), index * elements, (index + 1) * elements));
        }

        private float[] row(int input) {
            FloatTensor all = node.weights(input);
            int elements = all.elements() / all.size(0);
            return Arrays.copyOfRange(all.values(), index * elements, (index + 1) * elements);
        }

        private void unrollInput() {
            int[] x = node.shape(0);
            if (x[0] > MAX_STEPS) {
                throw new GraphException("it has " + x[0] + " steps; at most " + MAX_STEPS + " are supported");
            }
            String rows = graph.reshape(node.input(0), x[0] * x[1], x[2]);
            FloatTensor weights = matrix(1);
            String products = graph.linear(rows, weights, ofInput);
            for (int t = 0; t < x[0]; t++) {
                steps.add(graph.part(products, 0, t * x[1], x[1]));
            }
        }

        String initial(int input) {
            int batch = node.shape(0)[1];
            if (!node.hasInput(input)) {
                return graph.constant(Constant.of(new int[] {batch, size}, new float[batch * size]));
            }
            return graph.reshape(graph.part(node.input(input), 0, index, 1), batch, size);
        }

        String gate(String gates, int gate) {
            return graph.part(gates, 1, gate * size, size);
        }

        String state(String hidden) {
            return graph.isConstant(hidden)
                    ? graph.add(
                            graph.matMul(
                                    graph.reshape(hidden, 1, node.shape(0)[1], size), graph.constant(transposed())),
                            graph.constant(Constant.of(ofState.shape(), ofState.values())))
                    : graph.linear(hidden, recurrent, ofState);
        }

        private Constant transposed() {
            float[] columns = new float[recurrent.elements()];
            int rows = recurrent.size(0);
            for (int i = 0; i < columns.length; i++) {
                columns[i % size * rows + i / size] = recurrent.at(i);
            }
            return Constant.of(new int[] {1, size, rows}, columns);
        }

        /** The product of a state with all gates' weights, [N, gates · size]. */
        String products(String hidden) {
            String products = state(hidden);
            return graph.reshape(products, node.shape(0)[1], recurrent.size(0));
        }

        List<Integer> order() {
            List<Integer> order = new ArrayList<>();
            for (int t = 0; t < steps.size(); t++) {
                order.add(reverse ? steps.size() - 1 - t : t);
            }
            return order;
        }
    }

    /** The states of a direction by step, and the last ones. */
    private record Results(List<String> hidden, String lastHidden, String lastCell) {}

    static void simple(OnnxNode node, GraphBuilder graph) {
        recur(
                node,
                graph,
                1,
                true,
                (direction, names) -> {
                    String[] hidden = new String[direction.steps.size()];
                    String state = direction.initial(5);
                    for (int t : direction.order()) {
                        state = activation(
                                graph, names.get(0), graph.add(direction.steps.get(t), direction.products(state)));
                        hidden[t] = state;
                    }
                    return new Results(List.of(hidden), state, state);
                },
                List.of("Tanh"));
    }

    static void gated(OnnxNode node, GraphBuilder graph) {
        boolean linear = node.flag("linear_before_reset", false);
        recur(
                node,
                graph,
                3,
                false,
                (direction, names) -> {
                    String[] hidden = new String[direction.steps.size()];
                    String state = direction.initial(5);
                    for (int t : direction.order()) {
                        String x = direction.steps.get(t);
                        String h = direction.products(state);
                        String update =
                                activation(graph, names.get(0), graph.add(direction.gate(x, 0), direction.gate(h, 0)));
                        String reset =
                                activation(graph, names.get(0), graph.add(direction.gate(x, 1), direction.gate(h, 1)));
                        String part = linear
                                ? graph.multiply(reset, direction.gate(h, 2))
                                : direction.gate(direction.products(graph.multiply(reset, state)), 2);
                        String next = activation(graph, names.get(1), graph.add(direction.gate(x, 2), part));
                        state = graph.add(next, graph.multiply(update, graph.subtract(state, next)));
                        hidden[t] = state;
                    }
                    return new Results(List.of(hidden), state, state);
                },
                List.of("Sigmoid", "Tanh"));
    }

    static void longShortTerm(OnnxNode node, GraphBuilder graph) {
        recur(
                node,
                graph,
                4,
                true,
                (direction, names) -> {
                    String[] hidden = new String[direction.steps.size()];
                    String state = direction.initial(5);
                    String cell = direction.initial(6);
                    FloatTensor peepholes = node.hasInput(7) ? FloatTensor.vector(direction.row(7)) : null;
                    for (int t : direction.order()) {
                        String sums = graph.add(direction.steps.get(t), direction.products(state));
                        String old = cell;
                        String input = activation(
                                graph,
                                names.get(0),
                                peep(graph, direction, direction.gate(sums, 0), peepholes, 0, old));
                        String forget = activation(
                                graph,
                                names.get(0),
                                peep(graph, direction, direction.gate(sums, 2), peepholes, 2, old));
                        String candidate = activation(graph, names.get(1), direction.gate(sums, 3));
                        cell = graph.add(graph.multiply(forget, old), graph.multiply(input, candidate));
                        String output = activation(
                                graph,
                                names.get(0),
                                peep(graph, direction, direction.gate(sums, 1), peepholes, 1, cell));
                        state = graph.multiply(output, activation(graph, names.get(2), cell));
                        hidden[t] = state;
                    }
                    return new Results(List.of(hidden), state, cell);
                },
                List.of("Sigmoid", "Tanh", "Tanh"));
    }

    private static String peep(
            GraphBuilder graph,
            Direction direction,
            String gate,
            @org.jspecify.annotations.Nullable FloatTensor peepholes,
            int index,
            String cell) {
        if (peepholes == null) {
            return gate;
        }
        float[] weights = Arrays.copyOfRange(peepholes.values(), index * direction.size, (index + 1) * direction.size);
        return graph.add(gate, graph.multiply(cell, graph.constant(Constant.vector(weights))));
    }

    private interface Cell {
        Results run(Direction direction, List<String> activations);
    }

    private static void recur(
            OnnxNode node, GraphBuilder graph, int gates, boolean bothBiases, Cell cell, List<String> defaults) {
        graph.dependsOnBatch();
        if (node.integer("layout", 0) != 0 || node.hasAttribute("clip") || node.flag("input_forget", false)) {
            throw new GraphException("its layout, clip and input_forget are not supported");
        }
        if (node.hasInput(4)) {
            int steps = node.shape(0)[0];
            if (!Arrays.stream(node.integers(4)).allMatch(length -> length == steps)) {
                throw new GraphException("its sequences differ in length, which is not supported");
            }
        }
        int directions = node.text("direction", "forward").equals("bidirectional") ? 2 : 1;
        List<String> stated = node.texts("activations");
        List<Results> results = new ArrayList<>();
        for (int d = 0; d < directions; d++) {
            List<String> names =
                    stated.isEmpty() ? defaults : stated.subList(d * defaults.size(), (d + 1) * defaults.size());
            results.add(cell.run(new Direction(node, graph, d, gates, bothBiases), names));
        }
        int batch = node.shape(0)[1];
        int size = node.shape(2)[2];
        if (node.wants(0)) {
            List<String> steps = new ArrayList<>();
            for (int t = 0; t < node.shape(0)[0]; t++) {
                int step = t;
                steps.add(graph.reshape(
                        graph.concat(
                                0,
                                results.stream()
                                        .map(result -> result.hidden().get(step))
                                        .toList()),
                        1,
                        directions,
                        batch,
                        size));
            }
            node.define(0, graph.concat(0, steps));
        }
        node.define(1, last(graph, results.stream().map(Results::lastHidden).toList(), batch, size));
        node.define(2, last(graph, results.stream().map(Results::lastCell).toList(), batch, size));
    }

    private static String last(GraphBuilder graph, List<String> states, int batch, int size) {
        return graph.reshape(graph.concat(0, states), states.size(), batch, size);
    }

    private static String activation(GraphBuilder graph, String name, String value) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "sigmoid" -> graph.unary(FloatUnary.Function.SIGMOID, value);
            case "tanh" -> graph.unary(FloatUnary.Function.TANH, value);
            case "relu" -> graph.clip(value, 0, Float.POSITIVE_INFINITY);
            case "hardsigmoid" -> graph.unary(FloatUnary.Function.HARD_SIGMOID, 0.2f, 0.5f, value);
            case "softsign" -> graph.unary(FloatUnary.Function.SOFTSIGN, value);
            case "softplus" -> graph.unary(FloatUnary.Function.SOFTPLUS, value);
            default -> throw new GraphException("its activation '" + name + "' is not supported");
        };
    }
}

package dev.octavo.tools.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * A network of float operators: immutable, in an order in which it can run.
 *
 * <p>Every value has a name and a shape for batch 1. A value is an input, a constant, or the output of exactly one node.
 * Edits go through {@link #edit}, which gives a new graph and checks it.
 */
public final class Graph {
    private final String name;
    private final List<String> inputs;
    private final List<String> outputs;
    private final List<Node> nodes;
    private final SequencedMap<String, FloatTensor> constants;
    private final SequencedMap<String, int[]> shapes;
    private final SequencedMap<String, ChannelStatistics> statistics;
    private final SequencedMap<String, ChannelTransform> originals;
    private final boolean batchable;
    private final Map<String, Node> producers = new HashMap<>();
    private final Map<String, List<Node>> consumers = new HashMap<>();

    private Graph(Editor editor) {
        name = editor.name;
        inputs = List.copyOf(editor.inputs);
        outputs = List.copyOf(editor.outputs);
        batchable = editor.batchable;
        nodes = Collections.unmodifiableList(sorted(editor));
        Set<String> used = new HashSet<>(inputs);
        used.addAll(outputs);
        for (Node node : nodes) {
            producers.put(node.output(), node);
            used.add(node.output());
            used.addAll(node.inputs());
            for (String input : new LinkedHashSet<>(node.inputs())) {
                consumers.computeIfAbsent(input, key -> new ArrayList<>()).add(node);
            }
        }
        constants = new LinkedHashMap<>(editor.constants);
        constants.keySet().retainAll(used);
        shapes = new LinkedHashMap<>();
        editor.shapes.forEach((value, shape) -> {
            if (used.contains(value)) {
                shapes.put(value, shape);
            }
        });
        constants.forEach((value, tensor) -> shapes.put(value, tensor.shape()));
        for (String value : used) {
            if (!shapes.containsKey(value)) {
                throw new GraphException("the shape of value '" + value + "' is unknown");
            }
        }
        statistics = new LinkedHashMap<>(editor.statistics);
        statistics.keySet().retainAll(used);
        originals = new LinkedHashMap<>(editor.originals);
        originals.keySet().retainAll(used);
    }

    /** A graph without nodes, to begin with. */
    public static Editor create(String name) {
        return new Editor(name);
    }

    /** The network's name. */
    public String name() {
        return name;
    }

    /** Values that the caller supplies. */
    public List<String> inputs() {
        return inputs;
    }

    /** Values that the caller gets. */
    public List<String> outputs() {
        return outputs;
    }

    /** All nodes, each after those whose outputs it reads. */
    public List<Node> nodes() {
        return nodes;
    }

    /** Whether the first dimension of every value that is not constant is the batch. */
    public boolean batchable() {
        return batchable;
    }

    /** The constants that nodes read as inputs, by value; weights of layers live in their operators. */
    public Map<String, FloatTensor> constants() {
        return Collections.unmodifiableMap(constants);
    }

    /** The constant of a value, if it is one. */
    public Optional<FloatTensor> constant(String value) {
        return Optional.ofNullable(constants.get(value));
    }

    /** The shape of a value, for batch 1. */
    public int[] shape(String value) {
        int[] shape = shapes.get(value);
        if (shape == null) {
            throw new GraphException("there is no value '" + value + "'");
        }
        return shape.clone();
    }

    /** What is known of a value's distribution, if anything. */
    public Optional<ChannelStatistics> statistics(String value) {
        return Optional.ofNullable(statistics.get(value));
    }

    /** What a value's channels were before passes rescaled or shifted them, where they did. */
    public Optional<ChannelTransform> original(String value) {
        return Optional.ofNullable(originals.get(value));
    }

    /** The node that computes a value; empty for inputs and constants. */
    public Optional<Node> producer(String value) {
        return Optional.ofNullable(producers.get(value));
    }

    /** The nodes that read a value. */
    public List<Node> consumers(String value) {
        return Collections.unmodifiableList(consumers.getOrDefault(value, List.of()));
    }

    /** The only reader of a value that is not also an output of the graph. */
    public Optional<Node> onlyConsumer(String value) {
        List<Node> readers = consumers(value);
        return readers.size() == 1 && !outputs.contains(value) ? Optional.of(readers.getFirst()) : Optional.empty();
    }

    /** Starts a change. */
    public Editor edit() {
        Editor editor = new Editor(name);
        editor.inputs.addAll(inputs);
        editor.outputs.addAll(outputs);
        nodes.forEach(node -> editor.nodes.put(node.name(), node));
        editor.constants.putAll(constants);
        editor.shapes.putAll(shapes);
        editor.statistics.putAll(statistics);
        editor.originals.putAll(originals);
        editor.batchable = batchable;
        return editor;
    }

    /** Returns one line per node, in the order in which they run: for reading, and for comparing what a pass did. */
    public String dump() {
        StringBuilder text = new StringBuilder();
        for (Node node : nodes) {
            text.append(node.output())
                    .append(Arrays.toString(shapes.get(node.output())))
                    .append(" = ")
                    .append(node.op().kind())
                    .append(node.inputs());
            if (node.op() instanceof Op.Layer layer) {
                text.append(" weights ")
                        .append(layer.weights())
                        .append(extent(layer.weights()))
                        .append(" clamp ")
                        .append(layer.clamp());
            }
            if (statistics.containsKey(node.output())) {
                text.append(" with statistics");
            }
            text.append("  # ").append(node.name()).append('\n');
        }
        return text.toString();
    }

    /** The largest magnitude and the root mean square of weights, by which a rescaling shows. */
    private static String extent(FloatTensor weights) {
        double largest = 0;
        double squares = 0;
        for (float weight : weights.values()) {
            largest = Math.max(largest, Math.abs(weight));
            squares += (double) weight * weight;
        }
        return String.format(
                Locale.ROOT,
                "[max %.4g, rms %.4g]",
                largest,
                Math.sqrt(squares / Math.max(1, weights.values().length)));
    }

    private static List<Node> sorted(Editor editor) {
        Map<String, Node> byOutput = new HashMap<>();
        for (Node node : editor.nodes.values()) {
            if (byOutput.put(node.output(), node) != null || editor.inputs.contains(node.output())) {
                throw new GraphException("value '" + node.output() + "' is computed twice");
            }
        }
        SequencedMap<String, Node> done = new LinkedHashMap<>();
        Set<String> available = new HashSet<>(editor.inputs);
        available.addAll(editor.constants.keySet());
        for (Node root : editor.nodes.values()) {
            place(root, byOutput, available, done);
        }
        for (String output : editor.outputs) {
            if (!available.contains(output)) {
                throw new GraphException("nothing computes the output '" + output + "'");
            }
        }
        return List.copyOf(done.values());
    }

    /** Depth first without recursion: networks may be thousands of nodes deep. */
    private static void place(
            Node root, Map<String, Node> byOutput, Set<String> available, SequencedMap<String, Node> done) {
        SequencedMap<String, Node> open = new LinkedHashMap<>();
        open.put(root.name(), root);
        while (!open.isEmpty()) {
            Node node = open.lastEntry().getValue();
            Node missing = null;
            for (String input : node.inputs()) {
                if (!available.contains(input)) {
                    missing = byOutput.get(input);
                    if (missing == null) {
                        throw new GraphException("node '" + node.name() + "' reads '" + input
                                + "', which is no input, no constant and no output of a node");
                    }
                    break;
                }
            }
            if (missing == null) {
                open.pollLastEntry();
                available.add(node.output());
                done.putIfAbsent(node.name(), node);
            } else if (open.put(missing.name(), missing) != null) {
                throw new GraphException("node '" + missing.name() + "' depends on its own output");
            }
        }
    }

    /** A change of a graph, or a new one, in the making. */
    public static final class Editor {
        private final String name;
        private final List<String> inputs = new ArrayList<>();
        private final List<String> outputs = new ArrayList<>();
        private final SequencedMap<String, Node> nodes = new LinkedHashMap<>();
        private final SequencedMap<String, FloatTensor> constants = new LinkedHashMap<>();
        private final SequencedMap<String, int[]> shapes = new LinkedHashMap<>();
        private final SequencedMap<String, ChannelStatistics> statistics = new LinkedHashMap<>();
        private final SequencedMap<String, ChannelTransform> originals = new LinkedHashMap<>();
        private boolean batchable;

        private Editor(String name) {
            this.name = name;
        }

        /** Declares a value that the caller supplies. */
        public Editor input(String value, int... shape) {
            inputs.add(value);
            shapes.put(value, shape.clone());
            return this;
        }

        /** Declares a value that the caller gets. */
        public Editor output(String value) {
            outputs.add(value);
            return this;
        }

        /** States whether the first dimension is the batch everywhere. */
        public Editor batchable(boolean newBatchable) {
            batchable = newBatchable;
            return this;
        }

        /** Adds a node whose output has a shape, or replaces the node of the same name. */
        public Editor node(Node node, int... shape) {
            nodes.put(node.name(), node);
            shapes.put(node.output(), shape.clone());
            return this;
        }

        /** Replaces the node of the same name; its output keeps its shape if it keeps its name. */
        public Editor replace(Node node) {
            if (nodes.replace(node.name(), node) == null) {
                throw new GraphException("there is no node '" + node.name() + "' to replace");
            }
            return this;
        }

        /** Removes a node. */
        public Editor remove(Node node) {
            nodes.remove(node.name());
            return this;
        }

        /** Removes a node whose first input takes the place of its output everywhere. */
        public Editor bypass(Node node) {
            remove(node);
            return redirect(node.output(), node.input());
        }

        /** Lets every reader of a value read another one; an output of the graph keeps its name by renaming the producer's. */
        public Editor redirect(String from, String to) {
            if (outputs.contains(from)) {
                Node producer = nodes.values().stream()
                        .filter(node -> node.output().equals(to))
                        .findFirst()
                        .orElseThrow(() -> new GraphException(
                                "output '" + from + "' would be '" + to + "', which no node computes"));
                nodes.put(producer.name(), producer.writing(from));
                shapes.putIfAbsent(from, shapes.get(to));
                ChannelStatistics known = statistics.get(to);
                if (known != null) {
                    statistics.putIfAbsent(from, known);
                }
                ChannelTransform original = originals.get(to);
                if (original != null) {
                    originals.putIfAbsent(from, original);
                }
                return rename(to, from);
            }
            return rename(from, to);
        }

        private Editor rename(String from, String to) {
            for (Node node : List.copyOf(nodes.values())) {
                if (node.inputs().contains(from)) {
                    List<String> renamed = node.inputs().stream()
                            .map(input -> input.equals(from) ? to : input)
                            .toList();
                    nodes.put(node.name(), node.reading(renamed));
                }
            }
            return this;
        }

        /** Adds or replaces a constant. */
        public Editor constant(String value, FloatTensor tensor) {
            constants.put(value, tensor);
            return this;
        }

        /** States the shape of a value. */
        public Editor shape(String value, int... shape) {
            shapes.put(value, shape.clone());
            return this;
        }

        /** States what is known of a value's distribution. */
        public Editor statistics(String value, ChannelStatistics known) {
            statistics.put(value, known);
            return this;
        }

        /** States what the channels of a value were before this edit; what earlier edits did to them is kept in mind. */
        public Editor original(String value, ChannelTransform before) {
            ChannelTransform earlier = originals.get(value);
            originals.put(value, earlier == null ? before : earlier.after(before));
            return this;
        }

        /** The nodes as they stand. */
        public Collection<Node> nodes() {
            return List.copyOf(nodes.values());
        }

        /**
         * The graph.
         *
         * @throws GraphException if a value is computed twice or not at all, or a node depends on its own output
         */
        public Graph build() {
            return new Graph(this);
        }
    }
}

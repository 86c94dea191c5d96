package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.Constant;
import dev.octavo.tools.graph.GraphBuilder;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.onnx.proto.GraphProto;
import dev.octavo.tools.onnx.proto.NodeProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.IntStream;

/** The nodes that the outputs of a graph need, in an order in which they can run; and what prevents that. */
final class NodeWalk {
    private static final String CONDITIONAL = "If";

    private final GraphBuilder graph;
    private final TensorDecoder decoder;
    private final FunctionInliner functions;
    private final List<String> outputs;
    private final List<OnnxNode> nodes = new ArrayList<>();
    private final Map<String, OnnxNode> producers = new HashMap<>();
    private final Set<String> wanted = new HashSet<>();

    /** @param graph defines the inputs and initializers already */
    NodeWalk(
            GraphBuilder graph,
            TensorDecoder decoder,
            FunctionInliner functions,
            List<NodeProto> protos,
            int opset,
            List<String> outputs) {
        this.graph = graph;
        this.decoder = decoder;
        this.functions = functions;
        this.outputs = outputs;
        Map<String, Integer> names = new HashMap<>();
        for (FunctionInliner.Source source : functions.inlined(protos, opset)) {
            NodeProto proto = source.proto();
            String base = proto.getName().isEmpty() ? proto.getOpType() + "_" + nodes.size() : proto.getName();
            String name = base;
            while (names.containsKey(name)) {
                name = base + "#" + names.merge(base, 1, Integer::sum);
            }
            names.put(name, 0);
            OnnxNode node = new OnnxNode(proto, name, source.opset(), graph, decoder);
            nodes.add(node);
            for (String output : node.outputs()) {
                if (!output.isEmpty() && (producers.put(output, node) != null || graph.defines(output))) {
                    throw new GraphException(node.label() + " computes '" + output + "', which is already defined");
                }
            }
            if (node.outputs().isEmpty()
                    || (node.output().isEmpty() && node.outputs().size() == 1)) {
                throw new GraphException(node.label() + " has no first output");
            }
        }
        Set<OnnxNode> needed = needed();
        for (OnnxNode node : nodes) {
            for (String input : needed.contains(node) ? node.inputs() : List.<String>of()) {
                if (!input.isEmpty() && !graph.defines(input) && !producers.containsKey(input)) {
                    throw new GraphException(node.label() + " reads '" + input
                            + "', which is no input, no initializer and no output of a node");
                }
            }
        }
        for (String output : outputs) {
            if (!graph.defines(output) && !producers.containsKey(output)) {
                throw new GraphException("nothing computes the output '" + output + "'");
            }
        }
    }

    /**
     * Maps all nodes.
     *
     * @throws GraphException listing every node that could not be
     */
    void importNodes() {
        graph.reserveNames(producers.keySet());
        Map<String, List<OnnxNode>> unknown = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        Set<OnnxNode> failed = new HashSet<>();
        for (OnnxNode node : sorted()) {
            Optional<Mapping> mapping = node.op().equals(CONDITIONAL)
                    ? Optional.of((conditional, builder) -> branch(conditional))
                    : Operators.mapping(node.op());
            if (mapping.isEmpty()) {
                unknown.computeIfAbsent(node.op(), op -> new ArrayList<>()).add(node);
                failed.add(node);
                continue;
            }
            if (node.inputs().stream().anyMatch(input -> failed.contains(producers.get(input)))) {
                failed.add(node);
                continue;
            }
            try {
                for (String input : node.inputs()) {
                    if (!input.isEmpty() && !graph.defines(input)) {
                        throw new GraphException("it reads '" + input + "', an optional output that is not supported");
                    }
                }
                graph.begin(
                        node.name(),
                        node.outputs().stream()
                                .filter(o -> !o.isEmpty())
                                .findFirst()
                                .orElseThrow());
                mapping.get().map(node, graph);
                graph.end();
            } catch (GraphException e) {
                problems.add(node.label() + ": " + e.getMessage());
                failed.add(node);
            } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
                problems.add(node.label() + ": its parameters are out of range: " + e.getMessage());
                failed.add(node);
            }
        }
        if (outputs.stream().allMatch(graph::defines)) {
            // What failed was needed by nothing but branches that are not taken.
            return;
        }
        for (String output : outputs) {
            OnnxNode producer = producers.get(output);
            if (producer != null && !failed.contains(producer) && !graph.defines(output)) {
                problems.add(producer.label() + ": its output '" + output + "' is not supported");
            }
        }
        unknown.values()
                .forEach(alike -> problems.add(alike.getFirst().label()
                        + (alike.size() > 1 ? " and " + (alike.size() - 1) + " more" : "")
                        + ": this operator is not supported"));
        if (!problems.isEmpty()) {
            throw new GraphException(
                    problems.size() == 1
                            ? problems.getFirst()
                            : failures(unknown, problems) + " nodes cannot be imported:\n  "
                                    + String.join("\n  ", problems));
        }
    }

    private static int failures(Map<String, List<OnnxNode>> unknown, List<String> problems) {
        return problems.size()
                - unknown.size()
                + unknown.values().stream().mapToInt(List::size).sum();
    }

    /** Imports the branch of an If that its condition takes. */
    private void branch(OnnxNode node) {
        Constant condition = node.constant(0);
        if (condition.elements() != 1) {
            throw new GraphException("its condition is " + condition + " instead of one truth value");
        }
        GraphProto taken = node.subgraph(condition.real(0) != 0 ? "then_branch" : "else_branch");
        taken.getInitializerList()
                .forEach(tensor -> graph.constant(
                        tensor.getName(), () -> decoder.decode(tensor, "initializer '" + tensor.getName() + "'")));
        List<String> results =
                taken.getOutputList().stream().map(output -> output.getName()).toList();
        if (results.size() != node.outputs().size()) {
            throw new GraphException("its branch gives " + results.size() + " results for "
                    + node.outputs().size() + " outputs");
        }
        List<Integer> read = IntStream.range(0, results.size())
                .filter(i -> node.wants(i) && wanted.contains(node.outputs().get(i)))
                .boxed()
                .toList();
        List<String> inner = read.stream().map(results::get).toList();
        new NodeWalk(graph, decoder, functions, taken.getNodeList(), node.opset(), inner).importNodes();
        graph.begin(node.name(), node.output());
        read.forEach(i -> node.define(i, results.get(i)));
    }

    /** Those that the outputs need, each after those whose outputs it reads, else in the order of the file. */
    private List<OnnxNode> sorted() {
        Set<OnnxNode> needed = needed();
        Map<OnnxNode, Integer> positions = new HashMap<>();
        Map<OnnxNode, Integer> waiting = new HashMap<>();
        Map<OnnxNode, List<OnnxNode>> readers = new HashMap<>();
        PriorityQueue<OnnxNode> ready = new PriorityQueue<>(Comparator.comparing(positions::get));
        for (OnnxNode node : nodes) {
            positions.put(node, positions.size());
            if (needed.contains(node)) {
                Set<OnnxNode> sources = sources(node);
                sources.forEach(source -> readers.computeIfAbsent(source, key -> new ArrayList<>())
                        .add(node));
                waiting.put(node, sources.size());
                if (sources.isEmpty()) {
                    ready.add(node);
                }
            }
        }
        List<OnnxNode> sorted = new ArrayList<>();
        while (!ready.isEmpty()) {
            OnnxNode node = ready.remove();
            sorted.add(node);
            waiting.remove(node);
            for (OnnxNode reader : readers.getOrDefault(node, List.of())) {
                if (waiting.merge(reader, -1, Integer::sum) == 0) {
                    ready.add(reader);
                }
            }
        }
        if (!waiting.isEmpty()) {
            OnnxNode stuck =
                    nodes.stream().filter(waiting::containsKey).findFirst().orElseThrow();
            throw new GraphException(stuck.label() + " depends on its own output: the graph has a cycle");
        }
        return sorted;
    }

    private Set<OnnxNode> needed() {
        wanted.addAll(outputs);
        Set<OnnxNode> needed = new HashSet<>();
        Deque<OnnxNode> open = new ArrayDeque<>();
        for (String output : outputs) {
            OnnxNode producer = producers.get(output);
            if (producer != null) {
                open.add(producer);
            }
        }
        while (!open.isEmpty()) {
            OnnxNode node = open.remove();
            if (needed.add(node)) {
                wanted.addAll(node.inputs());
                node.subgraphs().forEach(body -> addReads(body, wanted));
                open.addAll(sources(node));
            }
        }
        return needed;
    }

    private Set<OnnxNode> sources(OnnxNode node) {
        Set<OnnxNode> sources = new LinkedHashSet<>();
        Deque<String> read = new ArrayDeque<>(node.inputs());
        node.subgraphs().forEach(body -> addReads(body, read));
        for (String input : read) {
            OnnxNode producer = producers.get(input);
            if (producer != null) {
                sources.add(producer);
            }
        }
        return sources;
    }

    /** What the nodes of a body read, be it its own or of the graph around it. */
    private static void addReads(GraphProto body, Collection<String> read) {
        body.getOutputList().forEach(output -> read.add(output.getName()));
        for (NodeProto node : body.getNodeList()) {
            read.addAll(node.getInputList());
            node.getAttributeList().stream()
                    .filter(attribute -> attribute.hasG())
                    .forEach(attribute -> addReads(attribute.getG(), read));
        }
    }
}

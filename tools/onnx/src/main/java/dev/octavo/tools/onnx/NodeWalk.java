package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Grid;
import dev.octavo.tools.onnx.proto.GraphProto;
import dev.octavo.tools.onnx.proto.NodeProto;
import dev.octavo.tools.onnx.proto.TensorProto;
import dev.octavo.tools.onnx.proto.ValueInfoProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/** The nodes that the outputs need, in an order in which they can run; and what prevents that. */
final class NodeWalk {
    private final List<OnnxNode> nodes = new ArrayList<>();
    private final Map<String, OnnxNode> producers = new HashMap<>();
    private final Set<String> given = new HashSet<>();
    private final List<String> outputs = new ArrayList<>();

    NodeWalk(GraphProto graph, int opset, Set<String> inputs) {
        given.addAll(inputs);
        graph.getInitializerList().stream().map(TensorProto::getName).forEach(given::add);
        graph.getOutputList().stream().map(ValueInfoProto::getName).forEach(outputs::add);
        Set<String> names = new HashSet<>();
        for (NodeProto proto : graph.getNodeList()) {
            String base = proto.getName().isEmpty() ? proto.getOpType() + "_" + nodes.size() : proto.getName();
            String name = base;
            for (int i = nodes.size(); !names.add(name); i++) {
                name = base + "#" + i;
            }
            OnnxNode node = new OnnxNode(proto, name, opset);
            nodes.add(node);
            for (String output : node.outputs()) {
                if (!output.isEmpty() && (producers.put(output, node) != null || given.contains(output))) {
                    throw new GraphException(node.label() + " computes '" + output + "', which is already defined");
                }
            }
            if (node.outputs().isEmpty() || node.output().isEmpty()) {
                throw new GraphException(node.label() + " has no first output");
            }
        }
        for (OnnxNode node : nodes) {
            for (String input : node.inputs()) {
                if (!input.isEmpty() && !given.contains(input) && !producers.containsKey(input)) {
                    throw new GraphException(node.label() + " reads '" + input
                            + "', which is no input, no initializer and no output of a node");
                }
            }
        }
        for (String output : outputs) {
            if (!given.contains(output) && !producers.containsKey(output)) {
                throw new GraphException("nothing computes the output '" + output + "'");
            }
        }
    }

    /**
     * Maps all nodes.
     *
     * @throws GraphException listing every node that could not be
     */
    void importTo(Importer graph) {
        graph.reserveNames(given);
        graph.reserveNames(producers.keySet());
        List<String> problems = new ArrayList<>();
        Set<OnnxNode> failed = new HashSet<>();
        for (OnnxNode node : sorted()) {
            Optional<Mapping> mapping = Operators.mapping(node.op());
            if (mapping.isEmpty()) {
                problems.add(node.label() + ": this operator is not supported");
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
                List<Grid> grids = quantizedInputs(node, graph);
                mapping.get().map(node, graph);
                if (!grids.isEmpty() && Operators.codes(node.op()) == Operators.Codes.MOVED) {
                    node.outputs().stream()
                            .filter(output -> !output.isEmpty() && graph.defines(output))
                            .forEach(output -> graph.codes(output, grids.getFirst()));
                }
            } catch (GraphException e) {
                problems.add(node.label() + ": " + e.getMessage());
                failed.add(node);
            } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
                problems.add(node.label() + ": its parameters are out of range: " + e.getMessage());
                failed.add(node);
            }
        }
        for (String output : outputs) {
            OnnxNode producer = producers.get(output);
            if (producer != null && !failed.contains(producer) && !graph.defines(output)) {
                problems.add(producer.label() + ": its output '" + output + "' is not supported");
            }
        }
        if (!problems.isEmpty()) {
            throw new GraphException(
                    problems.size() == 1
                            ? problems.getFirst()
                            : problems.size() + " nodes cannot be imported:\n  " + String.join("\n  ", problems));
        }
    }

    /** The grids of the quantized tensors that a node reads, which its operator must know how to treat. */
    private static List<Grid> quantizedInputs(OnnxNode node, Importer graph) {
        List<Grid> grids = new ArrayList<>();
        Operators.Codes treatment = Operators.codes(node.op());
        for (String input : node.inputs()) {
            Optional<Grid> grid = graph.codes(input);
            grid.ifPresent(grids::add);
            if (grid.isPresent() && treatment == Operators.Codes.REFUSED) {
                throw new GraphException("it reads the quantized tensor '" + input
                        + "' as numbers; a DequantizeLinear should come between");
            }
        }
        if (treatment == Operators.Codes.MOVED && grids.stream().distinct().count() > 1) {
            throw new GraphException("it puts tensors of different scales together: " + grids);
        }
        return grids;
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
                open.addAll(sources(node));
            }
        }
        return needed;
    }

    private Set<OnnxNode> sources(OnnxNode node) {
        Set<OnnxNode> sources = new LinkedHashSet<>();
        for (String input : node.inputs()) {
            OnnxNode producer = producers.get(input);
            if (producer != null) {
                sources.add(producer);
            }
        }
        return sources;
    }
}

package dev.octavo.tools.onnx;

import dev.octavo.kernels.FloatBinary;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Grid;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.ShapeInference;
import dev.octavo.tools.graph.Steps;
import dev.octavo.tools.onnx.proto.TensorProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A graph in the making: what the values of the ONNX graph have become so far. A value is a constant, known at import, or
 * a float tensor that the network computes, whose shape is known, under its own name or that of the value it equals.
 */
final class Importer {
    /**
     * What constants that are stated by formula may take, beyond as much again as the file's own: half a gigabyte, or a
     * quarter of the heap.
     */
    private static final long MAX_COMPUTED_FLOATS =
            Math.min(1L << 27, Runtime.getRuntime().maxMemory() / 4 / Float.BYTES);

    private final TensorDecoder decoder;
    private final Map<String, TensorProto> initializers = new HashMap<>();
    private final Map<String, OnnxTensor> constants = new HashMap<>();
    private final Map<String, Steps> steps = new HashMap<>();
    private final Map<String, Grid> codes = new HashMap<>();
    private final Map<String, int[]> shapes = new LinkedHashMap<>();
    private final Map<String, String> aliases = new HashMap<>();
    private final Set<String> materialized = new HashSet<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Set<String> inputs = new HashSet<>();
    private final Set<String> valueNames = new HashSet<>();
    private final Set<String> nodeNames = new HashSet<>();
    private boolean batchable = true;
    private long computedFloats;
    private long decodedElements;

    Importer(TensorDecoder decoder) {
        this.decoder = decoder;
    }

    /** Keeps the names of the file's values from being given to intermediate ones. */
    void reserveNames(Set<String> values) {
        valueNames.addAll(values);
    }

    void initializer(TensorProto tensor) {
        initializers.put(tensor.getName(), tensor);
    }

    void input(String value, int[] shape) {
        ShapeInference.elements(shape);
        inputs.add(value);
        shapes.put(value, shape);
    }

    /** Whether a value is a constant or computed. */
    boolean defines(String value) {
        return shapes.containsKey(value) || isConstant(value);
    }

    boolean isConstant(String value) {
        return constants.containsKey(value) || initializers.containsKey(value);
    }

    boolean isConstant(OnnxNode node, int input) {
        return isConstant(node.input(input));
    }

    OnnxTensor constant(String value) {
        OnnxTensor known = constants.get(value);
        if (known == null) {
            TensorProto tensor = initializers.get(value);
            if (tensor == null) {
                throw new GraphException("its input '" + value + "' is computed by the network, but must be constant");
            }
            known = decoder.decode(tensor, "initializer '" + value + "'");
            decodedElements += known.elements();
            constants.put(value, known);
        }
        return known;
    }

    OnnxTensor constant(OnnxNode node, int input) {
        return constant(node.input(input));
    }

    /** The tensor of an attribute. */
    OnnxTensor decoded(TensorProto tensor, OnnxNode node) {
        return decoder.decode(tensor, "the tensor of " + node.label());
    }

    /** A constant of integers, flattened. */
    long[] integers(OnnxNode node, int input) {
        if (constant(node, input) instanceof OnnxTensor.Integers integers) {
            return integers.values();
        }
        throw new GraphException("its input '" + node.input(input) + "' holds floats where integers are needed");
    }

    /** A constant of finite floats: weights, not bounds. */
    FloatTensor weights(OnnxNode node, int input) {
        return weights(node.input(input));
    }

    FloatTensor weights(String value) {
        if (!(constant(value) instanceof OnnxTensor.Floats floats)) {
            throw new GraphException("its input '" + value + "' is " + constant(value) + " where floats are needed");
        }
        for (int i = 0; i < floats.values().length; i++) {
            if (!Float.isFinite(floats.values()[i])) {
                throw new GraphException(
                        "its constant '" + value + "' has the value " + floats.values()[i] + " at position " + i);
            }
        }
        if (floats.elements() == 0) {
            throw new GraphException("its constant '" + value + "' has no elements");
        }
        FloatTensor tensor = FloatTensor.of(floats.shape(), floats.values());
        Steps known = steps.get(value);
        return known == null ? tensor : tensor.inSteps(known);
    }

    /** States what the numbers of a constant are multiples of. */
    void steps(String constant, Steps known) {
        steps.put(constant, known);
    }

    /** States that a computed value holds codes in the file; in the graph it holds the numbers that they stand for. */
    void codes(String value, Grid grid) {
        codes.put(value, grid);
    }

    /** The element type of a value that holds codes, constant or computed. */
    Optional<String> typeOfCodes(String value) {
        if (isConstant(value)) {
            return constant(value) instanceof OnnxTensor.Integers integers
                    ? Optional.of(integers.type())
                    : Optional.empty();
        }
        return codes(value).map(grid -> grid.low() < 0 ? "INT8" : "UINT8");
    }

    /** The grid of a computed value that holds codes in the file. */
    Optional<Grid> codes(String value) {
        return Optional.ofNullable(codes.get(value));
    }

    int[] shape(OnnxNode node, int input) {
        return shape(node.input(input));
    }

    int[] shape(String value) {
        int[] shape = shapes.get(value);
        return shape == null ? constant(value).shape().clone() : shape.clone();
    }

    /** The name of a computed value, or of a constant that a node of the graph is to read. */
    String value(OnnxNode node, int input) {
        return value(node.input(input));
    }

    String value(String value) {
        if (!shapes.containsKey(value)) {
            weights(value);
            materialized.add(value);
        }
        return aliases.getOrDefault(value, value);
    }

    /** States that an output is known at import. */
    void define(String output, OnnxTensor tensor) {
        computedFloats += tensor instanceof OnnxTensor.Floats ? tensor.elements() : 2L * tensor.elements();
        reserve(new int[0]);
        constants.put(output, tensor);
    }

    /** States that an output is a constant whose dimension {@code d} is dimension {@code order[d]} of a node's input. */
    void defineTransposed(OnnxNode node, List<Integer> order) {
        define(node.output(), Constants.transpose(constant(node, 0), order));
        Steps known = steps.get(node.input(0));
        if (known != null) {
            steps(node.output(), new Steps(known.scales(), order.indexOf(known.axis())));
        }
    }

    /** States that an output is a constant that shares the memory of a known one. */
    void share(String output, OnnxTensor tensor) {
        constants.put(output, tensor);
    }

    /** Refuses a constant before it takes memory. */
    void reserve(int[] shape) {
        if (computedFloats + ShapeInference.elements(shape) > MAX_COMPUTED_FLOATS + decodedElements) {
            throw new GraphException("the constants that import computes, with one of " + Arrays.toString(shape)
                    + ", exceed its bounds");
        }
    }

    /** States that an output is the same as another value. */
    void alias(String output, String value) {
        if (isConstant(value)) {
            constants.put(output, constant(value));
            Steps known = steps.get(value);
            if (known != null) {
                steps.put(output, known);
            }
        } else {
            aliases.put(output, aliases.getOrDefault(value, value));
            shapes.put(output, shape(value));
        }
    }

    /** Adds the node that computes an output. */
    String emit(OnnxNode node, Op op, List<String> reads, String output, int[] shape) {
        for (int size : shape) {
            if (size < 1) {
                throw new GraphException("its result " + Arrays.toString(shape) + " has no elements");
            }
        }
        ShapeInference.elements(shape);
        boolean plain = op instanceof Op.Layer || (node.output().equals(output) && !(op instanceof Op.RoundToGrid));
        String name = plain && !nodeNames.contains(node.name()) ? node.name() : node.name() + "/" + op.kind();
        nodes.add(new Node(unique(name, nodeNames), op, reads, output));
        shapes.put(output, shape.clone());
        batchable = batchable
                && Batching.keeps(op, reads.stream().map(this::operand).toList(), shape);
        return output;
    }

    /** The layer that computes a value. */
    Op.Layer layer(String value) {
        return nodes.stream()
                .filter(node -> node.output().equals(value))
                .map(node -> (Op.Layer) node.op())
                .findFirst()
                .orElseThrow();
    }

    private Batching.Operand operand(String value) {
        return new Batching.Operand(shape(value), !shapes.containsKey(value));
    }

    /** A name for an intermediate value that leads to an output. */
    String intermediate(OnnxNode node, String purpose) {
        return unique(node.output() + "/" + purpose, valueNames);
    }

    private static String unique(String wanted, Set<String> taken) {
        String name = wanted;
        for (int i = taken.size(); !taken.add(name); i++) {
            name = wanted + "#" + i;
        }
        return name;
    }

    /** States that results depend on the whole batch. */
    void dependsOnBatch() {
        batchable = false;
    }

    /** The finished graph; values that are only other names of the outputs go. */
    Graph graph(String name, List<String> graphInputs, List<String> graphOutputs) {
        Map<String, String> renamed = new HashMap<>();
        for (String output : graphOutputs) {
            if (givesCodes(output)) {
                if (!aliases.containsKey(output)) {
                    renamed.put(output, unique(output + "/real", valueNames));
                }
                continue;
            }
            String value = aliases.getOrDefault(output, output);
            boolean free = !inputs.contains(value) && !graphOutputs.contains(value);
            if (!value.equals(output) && (!free || renamed.putIfAbsent(value, output) != null)) {
                String source = renamed.getOrDefault(value, value);
                nodes.add(new Node(unique(output, nodeNames), new Op.Reshape(), List.of(source), output));
            }
        }
        Graph.Editor editor = Graph.create(name).batchable(batchable && batchInputs(graphInputs));
        graphInputs.forEach(input -> editor.input(input, shape(input)));
        for (Node node : nodes) {
            int[] shape = shape(node.output());
            List<String> reads = node.inputs().stream()
                    .map(value -> renamed.getOrDefault(value, value))
                    .toList();
            editor.node(node.reading(reads).writing(renamed.getOrDefault(node.output(), node.output())), shape);
        }
        materialized.forEach(value -> editor.constant(value, weights(value)));
        graphOutputs.stream().filter(this::givesCodes).forEach(output -> {
            String value = aliases.getOrDefault(output, output);
            giveCodes(editor, output, renamed.getOrDefault(value, value));
        });
        for (String output : graphOutputs) {
            if (!shapes.containsKey(output)) {
                editor.constant(output, exact(constant(output), output));
            }
            editor.output(output);
        }
        return editor.build();
    }

    /** Whether an output of the graph holds codes that are not the numbers they stand for. */
    private boolean givesCodes(String output) {
        Grid grid = codes.get(output);
        return grid != null && !grid.equals(grid.codes());
    }

    /** Adds what turns the numbers of a grid into their codes. */
    private void giveCodes(Graph.Editor editor, String output, String value) {
        Grid grid = codes(output).orElseThrow();
        int[] shape = shape(output);
        String scale = unique(output + "/scale", valueNames);
        String zeroPoint = unique(output + "/zeroPoint", valueNames);
        String quotient = unique(output + "/quotient", valueNames);
        String shifted = unique(output + "/shifted", valueNames);
        editor.constant(scale, FloatTensor.vector(grid.scale()))
                .constant(zeroPoint, FloatTensor.vector(grid.zeroPoint()))
                .node(node(FloatBinary.Function.DIVIDE, value, scale, quotient), shape)
                .node(node(FloatBinary.Function.ADD, quotient, zeroPoint, shifted), shape)
                .node(
                        new Node(unique(output, nodeNames), new Op.RoundToGrid(grid.codes()), List.of(shifted), output),
                        shape);
    }

    private Node node(FloatBinary.Function function, String left, String right, String output) {
        return new Node(unique(output, nodeNames), new Op.Binary(function), List.of(left, right), output);
    }

    private boolean batchInputs(List<String> graphInputs) {
        return graphInputs.stream().map(this::shape).allMatch(shape -> shape.length > 0 && shape[0] == 1);
    }

    /** A constant output; integers stay exact. */
    private static FloatTensor exact(OnnxTensor tensor, String output) {
        float[] values = new float[tensor.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) tensor.real(i);
            if (tensor instanceof OnnxTensor.Integers integers && (long) values[i] != integers.values()[i]) {
                throw new GraphException("the output '" + output + "' is the constant " + integers.values()[i]
                        + ", which no float represents");
            }
        }
        return FloatTensor.of(tensor.shape(), values);
    }
}

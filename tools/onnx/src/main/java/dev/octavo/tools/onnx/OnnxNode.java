package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.Constant;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.GraphBuilder;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.NumberType;
import dev.octavo.tools.graph.ShapeInference;
import dev.octavo.tools.onnx.proto.AttributeProto;
import dev.octavo.tools.onnx.proto.AttributeProto.AttributeType;
import dev.octavo.tools.onnx.proto.GraphProto;
import dev.octavo.tools.onnx.proto.NodeProto;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A node of an ONNX graph: its attributes checked for their types, its optional inputs and outputs for presence. */
final class OnnxNode {
    private final NodeProto proto;
    private final String name;
    private final int opset;
    private final GraphBuilder graph;
    private final TensorDecoder decoder;
    private final Map<String, AttributeProto> attributes = new HashMap<>();

    /**
     * @param name unique in the graph
     * @param graph where its inputs are defined
     */
    OnnxNode(NodeProto proto, String name, int opset, GraphBuilder graph, TensorDecoder decoder) {
        this.proto = proto;
        this.graph = graph;
        this.decoder = decoder;
        this.name = name;
        this.opset = opset;
        for (AttributeProto attribute : proto.getAttributeList()) {
            if (attributes.put(attribute.getName(), attribute) != null) {
                throw new GraphException("node '" + name + "' has the attribute '" + attribute.getName() + "' twice");
            }
        }
    }

    String name() {
        return name;
    }

    /** The operator's name, with its domain unless that is the standard one. */
    String op() {
        return OnnxModel.standard(proto.getDomain()) ? proto.getOpType() : proto.getDomain() + "." + proto.getOpType();
    }

    int opset() {
        return opset;
    }

    /** What messages call it. */
    String label() {
        return "node '" + name + "' (" + op() + ", opset " + opset + ")";
    }

    /** Names of values; empty for optional ones that are left out. */
    List<String> inputs() {
        return proto.getInputList();
    }

    boolean hasInput(int i) {
        return i < proto.getInputCount() && !proto.getInput(i).isEmpty();
    }

    String input(int i) {
        if (!hasInput(i)) {
            throw new GraphException("its input " + i + " is missing");
        }
        return proto.getInput(i);
    }

    boolean isConstant(int input) {
        return graph.isConstant(input(input));
    }

    Constant constant(int input) {
        return graph.constantOf(input(input));
    }

    /** A constant of integers, flattened. */
    long[] integers(int input) {
        if (constant(input) instanceof Constant.Integers integers) {
            return integers.values();
        }
        throw new GraphException("its input '" + input(input) + "' holds floats where integers are needed");
    }

    /** Integers that are an attribute until some opset, and a constant input from then on; none if they are left out. */
    long[] integers(String attribute, int input, int inputSince) {
        if (opset < inputSince) {
            return integers(attribute).orElse(new long[0]);
        }
        return hasInput(input) ? integers(input) : new long[0];
    }

    /** The element type of an input that holds codes, constant or computed. */
    Optional<NumberType> typeOfCodes(int input) {
        if (isConstant(input)) {
            return constant(input) instanceof Constant.Integers integers
                    ? Optional.of(integers.type())
                    : Optional.empty();
        }
        return graph.grid(input(input)).map(grid -> graph.type(input(input)));
    }

    /** Stated extents of a shape, checked for their range. */
    static int[] extents(long[] stated) {
        int[] shape = new int[stated.length];
        for (int d = 0; d < shape.length; d++) {
            if (stated[d] < 0 || stated[d] > Integer.MAX_VALUE) {
                throw new GraphException("its shape " + Arrays.toString(stated) + " is out of range");
            }
            shape[d] = (int) stated[d];
        }
        return shape;
    }

    /** A constant of one number. */
    float number(int input, float otherwise) {
        if (!hasInput(input)) {
            return otherwise;
        }
        Constant number = constant(input);
        if (number.elements() != 1 || Double.isNaN(number.real(0))) {
            throw new GraphException("its input '" + input(input) + "' is " + number + " instead of one number");
        }
        return (float) number.real(0);
    }

    /** A constant of finite floats. */
    FloatTensor weights(int input) {
        return graph.weights(input(input));
    }

    int[] shape(int input) {
        return graph.shape(input(input));
    }

    /** An attribute that counts dimensions of the first input. */
    int axis(String attribute, long otherwise) {
        return ShapeInference.axis(integer(attribute, otherwise), shape(0).length);
    }

    /** Lets the first output be a value. */
    void define(String value) {
        graph.define(output(), value);
    }

    /** Lets an output be a value, if anybody wants it. */
    void define(int output, String value) {
        if (wants(output)) {
            graph.define(outputs().get(output), value);
        }
    }

    boolean wants(int output) {
        return output < outputs().size() && !outputs().get(output).isEmpty();
    }

    /** Lets the first output be a constant. */
    void define(Constant constant) {
        graph.defineConstant(output(), constant);
    }

    /** Names of values; empty for those that nobody wants. */
    List<String> outputs() {
        return proto.getOutputList();
    }

    /** Its first output. */
    String output() {
        return proto.getOutput(0);
    }

    boolean hasAttribute(String attribute) {
        return attributes.containsKey(attribute);
    }

    long integer(String attribute, long otherwise) {
        return typed(attribute, AttributeType.INT).map(AttributeProto::getI).orElse(otherwise);
    }

    boolean flag(String attribute, boolean otherwise) {
        return integer(attribute, otherwise ? 1 : 0) != 0;
    }

    float real(String attribute, float otherwise) {
        return typed(attribute, AttributeType.FLOAT).map(AttributeProto::getF).orElse(otherwise);
    }

    String text(String attribute, String otherwise) {
        return typed(attribute, AttributeType.STRING)
                .map(value -> value.getS().toStringUtf8())
                .orElse(otherwise);
    }

    Optional<long[]> integers(String attribute) {
        return typed(attribute, AttributeType.INTS)
                .map(value ->
                        value.getIntsList().stream().mapToLong(Long::longValue).toArray());
    }

    Optional<float[]> reals(String attribute) {
        return typed(attribute, AttributeType.FLOATS).map(value -> {
            float[] reals = new float[value.getFloatsCount()];
            for (int i = 0; i < reals.length; i++) {
                reals[i] = value.getFloats(i);
            }
            return reals;
        });
    }

    Optional<Constant> tensor(String attribute) {
        return typed(attribute, AttributeType.TENSOR)
                .map(value -> decoder.decode(value.getT(), "the tensor of " + label()));
    }

    /** Texts of an attribute; none if it is missing. */
    List<String> texts(String attribute) {
        return typed(attribute, AttributeType.STRINGS)
                .map(value -> value.getStringsList().stream()
                        .map(text -> text.toStringUtf8())
                        .toList())
                .orElse(List.of());
    }

    /** The graph of an attribute. */
    GraphProto subgraph(String attribute) {
        return typed(attribute, AttributeType.GRAPH)
                .map(AttributeProto::getG)
                .orElseThrow(() -> new GraphException("its " + attribute + " is missing"));
    }

    /** All graphs among the attributes. */
    List<GraphProto> subgraphs() {
        return attributes.values().stream()
                .filter(AttributeProto::hasG)
                .map(AttributeProto::getG)
                .toList();
    }

    private Optional<AttributeProto> typed(String attribute, AttributeType type) {
        AttributeProto value = attributes.get(attribute);
        if (value == null) {
            return Optional.empty();
        }
        boolean untyped = value.getType() == AttributeType.UNDEFINED;
        if (!untyped && value.getType() != type) {
            throw new GraphException("its attribute '" + attribute + "' is " + value.getType() + " instead of " + type);
        }
        return Optional.of(value);
    }
}

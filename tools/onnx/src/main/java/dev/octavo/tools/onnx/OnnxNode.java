package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.onnx.proto.AttributeProto;
import dev.octavo.tools.onnx.proto.AttributeProto.AttributeType;
import dev.octavo.tools.onnx.proto.NodeProto;
import dev.octavo.tools.onnx.proto.TensorProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A node of an ONNX graph: its attributes checked for their types, its optional inputs and outputs for presence. */
final class OnnxNode {
    private final NodeProto proto;
    private final String name;
    private final int opset;
    private final Map<String, AttributeProto> attributes = new HashMap<>();

    /** @param name unique in the graph */
    OnnxNode(NodeProto proto, String name, int opset) {
        this.proto = proto;
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

    Optional<TensorProto> tensor(String attribute) {
        return typed(attribute, AttributeType.TENSOR).map(AttributeProto::getT);
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

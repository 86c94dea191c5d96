package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.onnx.proto.AttributeProto;
import dev.octavo.tools.onnx.proto.FunctionProto;
import dev.octavo.tools.onnx.proto.GraphProto;
import dev.octavo.tools.onnx.proto.ModelProto;
import dev.octavo.tools.onnx.proto.NodeProto;
import dev.octavo.tools.onnx.proto.OperatorSetIdProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Replaces calls of functions that a model defines itself by the nodes of these, under names of their own. */
final class FunctionInliner {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_NODES = 1 << 20;

    /** A node, and the version of the standard operators that it was written for. */
    record Source(NodeProto proto, int opset) {}

    private record Key(String domain, String name, String overload) {}

    private final Map<Key, FunctionProto> functions = new HashMap<>();
    private int inlined;

    FunctionInliner(ModelProto model) {
        for (FunctionProto function : model.getFunctionsList()) {
            functions.put(new Key(domain(function.getDomain()), function.getName(), function.getOverload()), function);
        }
    }

    private static String domain(String stated) {
        return OnnxModel.standard(stated) ? "" : stated;
    }

    /** Whether a node calls a function of the model. */
    boolean calls(NodeProto node) {
        return functions.containsKey(key(node));
    }

    private static Key key(NodeProto node) {
        return new Key(domain(node.getDomain()), node.getOpType(), node.getOverload());
    }

    /**
     * Nodes without calls.
     *
     * @throws GraphException if functions call each other without end, or consist of too many nodes
     */
    List<Source> inlined(List<NodeProto> nodes, int opset) {
        List<Source> result = new ArrayList<>();
        for (NodeProto node : nodes) {
            add(node, opset, 0, result);
        }
        return result;
    }

    private void add(NodeProto node, int opset, int depth, List<Source> result) {
        FunctionProto function = functions.get(key(node));
        if (function == null) {
            result.add(new Source(node, opset));
            return;
        }
        if (depth == MAX_DEPTH || (inlined += function.getNodeCount()) > MAX_NODES) {
            throw new GraphException("function " + function.getName() + " of the model is called more than "
                    + (depth == MAX_DEPTH ? MAX_DEPTH + " levels deep" : MAX_NODES + " nodes allow"));
        }
        if (node.getInputCount() > function.getInputCount() || node.getOutputCount() > function.getOutputCount()) {
            throw new GraphException("node '" + node.getName() + "' calls function " + function.getName() + " with "
                    + node.getInputCount() + " inputs and " + node.getOutputCount() + " outputs; it has "
                    + function.getInputCount() + " and " + function.getOutputCount());
        }
        String prefix = (node.getName().isEmpty() ? node.getOpType() + "_" + inlined : node.getName()) + "/";
        Map<String, String> names = new HashMap<>();
        names.put("", "");
        for (int i = 0; i < function.getInputCount(); i++) {
            names.put(function.getInput(i), i < node.getInputCount() ? node.getInput(i) : "");
        }
        for (int i = 0; i < function.getOutputCount(); i++) {
            String actual = i < node.getOutputCount() ? node.getOutput(i) : "";
            String formal = function.getOutput(i);
            if (names.containsKey(formal)) {
                result.add(identity(names.get(formal), actual));
            } else if (!actual.isEmpty()) {
                names.put(formal, actual);
            }
        }
        Map<String, AttributeProto> arguments = new HashMap<>();
        function.getAttributeProtoList().forEach(attribute -> arguments.put(attribute.getName(), attribute));
        node.getAttributeList().forEach(attribute -> arguments.put(attribute.getName(), attribute));
        UnaryOperator<String> rename = name -> names.computeIfAbsent(name, inner -> prefix + inner);
        int version = opset(function, opset);
        for (NodeProto inner : function.getNodeList()) {
            NodeProto.Builder renamed = renamed(inner, rename, arguments);
            add(renamed.setName(prefix + name(inner)).build(), version, depth + 1, result);
        }
    }

    private static String name(NodeProto node) {
        return node.getName().isEmpty() ? node.getOpType() : node.getName();
    }

    private static Source identity(String from, String to) {
        return new Source(
                NodeProto.newBuilder()
                        .setOpType("Identity")
                        .setName(to)
                        .addInput(from)
                        .addOutput(to)
                        .build(),
                1);
    }

    private static int opset(FunctionProto function, int otherwise) {
        for (OperatorSetIdProto imported : function.getOpsetImportList()) {
            if (OnnxModel.standard(imported.getDomain())) {
                return Math.toIntExact(imported.getVersion());
            }
        }
        return otherwise;
    }

    private static NodeProto.Builder renamed(
            NodeProto node, UnaryOperator<String> rename, Map<String, AttributeProto> arguments) {
        NodeProto.Builder result = node.toBuilder().clearInput().clearOutput().clearAttribute();
        node.getInputList().forEach(input -> result.addInput(rename.apply(input)));
        node.getOutputList().forEach(output -> result.addOutput(rename.apply(output)));
        for (AttributeProto attribute : node.getAttributeList()) {
            if (!attribute.getRefAttrName().isEmpty()) {
                AttributeProto argument = arguments.get(attribute.getRefAttrName());
                if (argument != null) {
                    result.addAttribute(argument.toBuilder().setName(attribute.getName()));
                }
            } else if (attribute.hasG()) {
                result.addAttribute(attribute.toBuilder().setG(renamed(attribute.getG(), rename, arguments)));
            } else {
                result.addAttribute(attribute);
            }
        }
        return result;
    }

    private static GraphProto renamed(
            GraphProto graph, UnaryOperator<String> rename, Map<String, AttributeProto> arguments) {
        GraphProto.Builder result = graph.toBuilder();
        result.getNodeBuilderList().forEach(node -> {
            NodeProto renamed = renamed(node.build(), rename, arguments).build();
            node.clear().mergeFrom(renamed);
        });
        result.getInitializerBuilderList().forEach(tensor -> tensor.setName(rename.apply(tensor.getName())));
        result.getOutputBuilderList().forEach(output -> output.setName(rename.apply(output.getName())));
        result.getInputBuilderList().forEach(input -> input.setName(rename.apply(input.getName())));
        return result.build();
    }
}

package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.Constant;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphBuilder;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.NumberType;
import dev.octavo.tools.onnx.proto.GraphProto;
import dev.octavo.tools.onnx.proto.ModelProto;
import dev.octavo.tools.onnx.proto.NodeProto;
import dev.octavo.tools.onnx.proto.OperatorSetIdProto;
import dev.octavo.tools.onnx.proto.TensorProto;
import dev.octavo.tools.onnx.proto.TensorShapeProto;
import dev.octavo.tools.onnx.proto.TypeProto;
import dev.octavo.tools.onnx.proto.ValueInfoProto;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;

/** A parsed ONNX file, before import: what it asks for can be looked at, fixed and bound. Immutable. */
public final class OnnxModel {
    private static final int OLDEST_OPSET = 1;
    private static final int NEWEST_OPSET = 26;

    private final String source;
    private final ModelProto model;
    private final GraphProto proto;
    private final int opset;
    private final TensorDecoder decoder;
    private final SequencedMap<String, ValueInfoProto> inputs;
    private final Map<String, int[]> givenShapes;
    private final Map<String, Constant> bound;

    private OnnxModel(
            String source,
            ModelProto model,
            int opset,
            TensorDecoder decoder,
            SequencedMap<String, ValueInfoProto> inputs,
            Map<String, int[]> givenShapes,
            Map<String, Constant> bound) {
        this.source = source;
        this.model = model;
        this.proto = model.getGraph();
        this.opset = opset;
        this.decoder = decoder;
        this.inputs = inputs;
        this.givenShapes = givenShapes;
        this.bound = bound;
    }

    /**
     * Parses a file.
     *
     * @throws GraphException if it is damaged, or contradicts itself
     */
    public static OnnxModel load(Path file) {
        return parse(Protobuf.bytes(file), String.valueOf(file.getFileName()), TensorDecoder.of(file));
    }

    /**
     * Parses the bytes of a file without external data.
     *
     * @param source what messages call it
     * @throws GraphException if it is damaged, or contradicts itself
     */
    public static OnnxModel parse(byte[] bytes, String source) {
        return parse(bytes, source, TensorDecoder.inMemory());
    }

    private static OnnxModel parse(byte[] bytes, String source, TensorDecoder decoder) {
        ModelProto model = Protobuf.parse(bytes, ModelProto.parser(), source);
        if (!model.hasGraph() || model.getGraph().getOutputCount() == 0) {
            throw new GraphException(source + " holds no network with outputs; is it an ONNX model?");
        }
        GraphProto graph = model.getGraph();
        int opset = opset(model, source);
        Set<String> constants = new LinkedHashSet<>();
        for (TensorProto tensor : graph.getInitializerList()) {
            if (tensor.getName().isEmpty() || !constants.add(tensor.getName())) {
                throw new GraphException(source + ": initializer '" + tensor.getName() + "' is unnamed or there twice");
            }
        }
        SequencedMap<String, ValueInfoProto> inputs = new LinkedHashMap<>();
        for (ValueInfoProto input : graph.getInputList()) {
            if (input.getName().isEmpty() || inputs.put(input.getName(), input) != null) {
                throw new GraphException(source + ": input '" + input.getName() + "' is unnamed or there twice");
            }
        }
        inputs.keySet().removeAll(constants);
        Set<String> outputs = new LinkedHashSet<>();
        for (ValueInfoProto output : graph.getOutputList()) {
            if (output.getName().isEmpty() || !outputs.add(output.getName())) {
                throw new GraphException(source + ": output '" + output.getName() + "' is unnamed or there twice");
            }
        }
        return new OnnxModel(source, model, opset, decoder, inputs, Map.of(), Map.of());
    }

    private static int opset(ModelProto model, String source) {
        long opset = 0;
        for (OperatorSetIdProto imported : model.getOpsetImportList()) {
            if (standard(imported.getDomain())) {
                opset = imported.getVersion();
            }
        }
        if (opset < OLDEST_OPSET || opset > NEWEST_OPSET) {
            throw new GraphException(source + (opset == 0 ? " states no opset" : " has opset " + opset)
                    + "; opsets " + OLDEST_OPSET + " to " + NEWEST_OPSET
                    + " are supported: export it again with one of these");
        }
        return (int) opset;
    }

    static boolean standard(String domain) {
        return domain.isEmpty() || domain.equals("ai.onnx");
    }

    /** Names of the values that a caller supplies: inputs that are neither initialized nor bound. */
    public List<String> inputs() {
        return inputs.keySet().stream()
                .filter(input -> !bound.containsKey(input))
                .toList();
    }

    /** Names of the results. */
    public List<String> outputs() {
        return proto.getOutputList().stream().map(ValueInfoProto::getName).toList();
    }

    /** The version of the standard operators. */
    public int opset() {
        return opset;
    }

    /** The operators that occur, by name. */
    public Set<String> operators() {
        Set<String> operators = new LinkedHashSet<>();
        new FunctionInliner(model)
                .inlined(proto.getNodeList(), opset)
                .forEach(node -> operators.add(operator(node.proto())));
        return operators;
    }

    /** Operators that occur and that import does not know. */
    public Set<String> unsupportedOperators() {
        Set<String> operators = operators();
        operators.removeIf(Operators::knows);
        operators.remove("If");
        return operators;
    }

    private static String operator(NodeProto node) {
        return standard(node.getDomain()) ? node.getOpType() : node.getDomain() + "." + node.getOpType();
    }

    /** The type of an input or output: FLOAT and its like for tensors, otherwise a word that is no element type. */
    public String type(String value) {
        return Stream.concat(proto.getInputList().stream(), proto.getOutputList().stream())
                .filter(info -> info.getName().equals(value))
                .findFirst()
                .map(info -> type(info.getType()))
                .orElseThrow(() -> new GraphException(source + " has no input or output '" + value + "'"));
    }

    private static String type(TypeProto type) {
        if (!type.hasTensorType()) {
            return "not a tensor";
        }
        TensorProto.DataType element =
                TensorProto.DataType.forNumber(type.getTensorType().getElemType());
        return element == null ? "element type " + type.getTensorType().getElemType() : element.name();
    }

    /** Inputs of the network that its operators take as parameters, such as weights, bounds, axes and shapes. */
    public Set<String> parameters() {
        Set<String> parameters = new LinkedHashSet<>();
        for (NodeProto node : proto.getNodeList()) {
            for (int position : Operators.parameters(operator(node))) {
                if (position < node.getInputCount() && inputs.containsKey(node.getInput(position))) {
                    parameters.add(node.getInput(position));
                }
            }
        }
        return parameters;
    }

    /** The model with an input fixed to a constant. */
    public OnnxModel bind(String input, Constant value) {
        Map<String, Constant> more = new HashMap<>(bound);
        more.put(known(input), value);
        return new OnnxModel(source, model, opset, decoder, inputs, givenShapes, more);
    }

    /** The model with the shape of an input fixed, whatever the file says. */
    public OnnxModel shaped(String input, int... shape) {
        Map<String, int[]> more = new HashMap<>(givenShapes);
        more.put(known(input), shape.clone());
        return new OnnxModel(source, model, opset, decoder, inputs, more, bound);
    }

    /**
     * Returns the model with shapes of inputs fixed, whatever the file says.
     *
     * @param shapes by name of the input; the empty name stands for the only input
     * @throws GraphException if there is no such input
     */
    public OnnxModel shaped(Map<String, int[]> shapes) {
        OnnxModel result = this;
        for (Map.Entry<String, int[]> entry : shapes.entrySet()) {
            String input = entry.getKey();
            if (input.isEmpty()) {
                if (inputs().size() != 1) {
                    throw new GraphException(source + " has the inputs " + inputs()
                            + ": say which one has the shape, as NAME=" + OpenShapes.text(entry.getValue()));
                }
                input = inputs().getFirst();
            }
            result = result.shaped(input, entry.getValue());
        }
        return result;
    }

    private String known(String input) {
        if (!inputs.containsKey(input)) {
            throw new GraphException(source + " has no input '" + input + "'; it has " + inputs.keySet());
        }
        return input;
    }

    /**
     * Imports the network.
     *
     * @throws GraphException naming the file, and every node that cannot be imported with its operator, opset and the reason
     */
    public Graph graph() {
        GraphBuilder builder = new GraphBuilder();
        List<String> runtimeInputs = inputs();
        try {
            for (TensorProto tensor : proto.getInitializerList()) {
                builder.constant(
                        tensor.getName(), () -> decoder.decode(tensor, "initializer '" + tensor.getName() + "'"));
            }
            bound.forEach(builder::defineConstant);
            for (String input : runtimeInputs) {
                builder.input(input, numberType(input), shape(input));
            }
            builder.reserveNames(inputs.keySet());
            builder.reserveNames(proto.getInitializerList().stream()
                    .map(TensorProto::getName)
                    .toList());
            new NodeWalk(builder, decoder, new FunctionInliner(model), proto.getNodeList(), opset, outputs())
                    .importNodes();
            return builder.build(proto.getName().isEmpty() ? source : proto.getName(), runtimeInputs, outputs());
        } catch (GraphException e) {
            throw new GraphException(source + ": " + e.getMessage(), e);
        }
    }

    private NumberType numberType(String input) {
        String type = type(input);
        try {
            return NumberType.valueOf(type);
        } catch (IllegalArgumentException e) {
            throw new GraphException(
                    "input '" + input + "' is of type " + type + "; only tensors of numbers are supported", e);
        }
    }

    /**
     * The shape of an input, with 1 for an open batch.
     *
     * @throws GraphException if another dimension is open, or it is no float tensor
     */
    public int[] shape(String input) {
        ValueInfoProto info = inputs.get(input);
        if (info == null) {
            throw new GraphException("there is no input '" + input + "'");
        }
        numberType(input);
        int[] given = givenShapes.get(input);
        if (given != null) {
            for (int size : given) {
                if (size < 1) {
                    throw new GraphException("input '" + input + "' has an empty dimension");
                }
            }
            return given.clone();
        }
        if (!info.getType().getTensorType().hasShape()) {
            throw new GraphException("input '" + input + "' has no shape: state it, as --input-shape " + input
                    + "=1,3,224,224 or with withInputShape");
        }
        TensorShapeProto declared = info.getType().getTensorType().getShape();
        int[] shape = new int[declared.getDimCount()];
        for (int d = 0; d < shape.length; d++) {
            long size = declared.getDim(d).hasDimValue() ? declared.getDim(d).getDimValue() : -1;
            if (size < -1 || size > Integer.MAX_VALUE) {
                throw new GraphException("input '" + input + "' has the extent " + size + " in dimension " + d);
            }
            shape[d] = size < 1 ? (d == 0 ? 1 : 0) : (int) size;
        }
        if (Arrays.stream(shape).anyMatch(size -> size == 0)) {
            throw new OpenShapes(proto).refusal(input, inputs().size() == 1, shape);
        }
        return shape;
    }
}

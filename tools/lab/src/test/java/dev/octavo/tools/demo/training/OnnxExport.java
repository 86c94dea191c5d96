package dev.octavo.tools.demo.training;

import com.google.protobuf.ByteString;
import dev.octavo.tools.onnx.proto.AttributeProto;
import dev.octavo.tools.onnx.proto.AttributeProto.AttributeType;
import dev.octavo.tools.onnx.proto.GraphProto;
import dev.octavo.tools.onnx.proto.ModelProto;
import dev.octavo.tools.onnx.proto.NodeProto;
import dev.octavo.tools.onnx.proto.OperatorSetIdProto;
import dev.octavo.tools.onnx.proto.TensorProto;
import dev.octavo.tools.onnx.proto.TensorProto.DataType;
import dev.octavo.tools.onnx.proto.TensorShapeProto;
import dev.octavo.tools.onnx.proto.TensorShapeProto.Dimension;
import dev.octavo.tools.onnx.proto.TypeProto;
import dev.octavo.tools.onnx.proto.ValueInfoProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/**
 * Writes a network as ONNX: NCHW, one node per layer, batch normalization apart from the convolution before it, weights
 * as raw data. A node is named after its layer, an initializer after its node and the role it has there.
 */
final class OnnxExport {
    private static final int IR_VERSION = 7;
    private static final int OPSET = 13;
    private static final String INPUT = "input";
    private static final String OUTPUT = "logits";

    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("signs");

    private OnnxExport() {}

    /** The model, with input {@code input} [N, 3, 32, 32] and output {@code logits} [N, classes]. */
    static ModelProto model(Layers layers, int channels, int size, int classes) {
        OnnxExport export = new OnnxExport();
        export.graph.addInput(value(
                INPUT, Dimension.newBuilder().setDimParam("N"), dimension(channels), dimension(size), dimension(size)));
        String output = export.sequence("", layers, INPUT);
        NodeProto.Builder last = export.graph.getNodeBuilder(export.graph.getNodeCount() - 1);
        if (!last.getOutput(0).equals(output)) {
            throw new IllegalStateException("the last node must be the output and not " + last.getName());
        }
        last.setOutput(0, OUTPUT);
        export.graph.addOutput(value(OUTPUT, Dimension.newBuilder().setDimParam("N"), dimension(classes)));
        return ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("octavo")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
                .setGraph(export.graph)
                .build();
    }

    private String sequence(String prefix, Layers layers, String input) {
        String value = input;
        for (Map.Entry<String, Layer> entry : layers.byName().entrySet()) {
            value = layer(prefix + entry.getKey(), entry.getValue(), value);
        }
        return value;
    }

    private String layer(String name, Layer layer, String input) {
        return switch (layer) {
            case Convolution convolution -> convolution(name, convolution, input);
            case BatchNorm norm -> {
                float[][] tensors = {norm.scale.value, norm.shift.value, norm.runningMean, norm.runningVariance};
                for (int i = 0; i < tensors.length; i++) {
                    initializer(name + OnnxWeights.NORM_ROLES.get(i), tensors[i], norm.channels);
                }
                List<String> inputs =
                        OnnxWeights.NORM_ROLES.stream().map(role -> name + role).toList();
                NodeProto.Builder node = node(name, "BatchNormalization", input).addAllInput(inputs);
                node.addAttributeBuilder()
                        .setName("epsilon")
                        .setType(AttributeType.FLOAT)
                        .setF(BatchNorm.EPSILON);
                yield add(node);
            }
            case Relu ignored -> add(node(name, "Relu", input));
            case ResidualBlock block -> {
                String main = sequence(name + ".", block.main, input);
                String shortcut = sequence(name + ".shortcut.", block.shortcut, input);
                String sum = add(node(name + ".add", "Add", main).addInput(shortcut));
                yield add(node(name + ".relu2", "Relu", sum));
            }
            case GlobalAveragePool ignored -> {
                String pooled = add(node(name, "GlobalAveragePool", input));
                yield add(node(name + ".flatten", "Flatten", pooled).addAttribute(integer("axis", 1)));
            }
            case Dense dense -> {
                initializer(name + OnnxWeights.WEIGHT, dense.weights.value, dense.outputs, dense.inputs);
                initializer(name + OnnxWeights.BIAS, dense.bias.value, dense.outputs);
                yield add(node(name, "Gemm", input)
                        .addInput(name + OnnxWeights.WEIGHT)
                        .addInput(name + OnnxWeights.BIAS)
                        .addAttribute(integer("transB", 1)));
            }
        };
    }

    private String convolution(String name, Convolution convolution, String input) {
        int kernel = convolution.kernel;
        int stride = convolution.stride;
        int padding = kernel / 2;
        initializer(
                name + OnnxWeights.WEIGHT, convolution.oihw(), convolution.outputs, convolution.inputs, kernel, kernel);
        return add(node(name, "Conv", input)
                .addInput(name + OnnxWeights.WEIGHT)
                .addAttribute(integers("kernel_shape", kernel, kernel))
                .addAttribute(integers("strides", stride, stride))
                .addAttribute(integers("pads", padding, padding, padding, padding)));
    }

    private static NodeProto.Builder node(String name, String op, String input) {
        return NodeProto.newBuilder().setName(name).setOpType(op).addInput(input);
    }

    private String add(NodeProto.Builder node) {
        String output = node.getName() + ".out";
        graph.addNode(node.addOutput(output));
        return output;
    }

    private void initializer(String name, float[] values, int... dims) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        TensorProto.Builder tensor = graph.addInitializerBuilder()
                .setName(name)
                .setDataType(DataType.FLOAT_VALUE)
                .setRawData(ByteString.copyFrom(bytes));
        for (int dim : dims) {
            tensor.addDims(dim);
        }
    }

    private static AttributeProto integer(String name, int value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.INT)
                .setI(value)
                .build();
    }

    private static AttributeProto integers(String name, int... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeType.INTS);
        for (int value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    private static ValueInfoProto value(String name, Dimension.Builder... dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (Dimension.Builder dim : dims) {
            shape.addDim(dim);
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(DataType.FLOAT_VALUE)
                                .setShape(shape)))
                .build();
    }

    private static Dimension.Builder dimension(int size) {
        return Dimension.newBuilder().setDimValue(size);
    }
}

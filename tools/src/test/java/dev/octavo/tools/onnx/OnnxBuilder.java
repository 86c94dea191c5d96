package dev.octavo.tools.onnx;

import com.google.protobuf.ByteString;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.onnx.proto.AttributeProto;
import dev.octavo.tools.onnx.proto.AttributeProto.AttributeType;
import dev.octavo.tools.onnx.proto.GraphProto;
import dev.octavo.tools.onnx.proto.ModelProto;
import dev.octavo.tools.onnx.proto.NodeProto;
import dev.octavo.tools.onnx.proto.OperatorSetIdProto;
import dev.octavo.tools.onnx.proto.TensorProto;
import dev.octavo.tools.onnx.proto.TensorShapeProto;
import dev.octavo.tools.onnx.proto.TypeProto;
import dev.octavo.tools.onnx.proto.ValueInfoProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/** Writes ONNX models for tests, well-formed or not. */
public final class OnnxBuilder {
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");
    private final ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(8);

    public OnnxBuilder(int opset) {
        model.addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset));
    }

    /** A float input; extents below 0 stay open, under a name. */
    public OnnxBuilder input(String name, long... shape) {
        return typedInput(name, TensorProto.DataType.FLOAT_VALUE, shape);
    }

    public OnnxBuilder typedInput(String name, int type, long... shape) {
        graph.addInput(info(name, type, shape));
        return this;
    }

    public OnnxBuilder output(String name) {
        graph.addOutput(info(name, TensorProto.DataType.FLOAT_VALUE));
        return this;
    }

    private static ValueInfoProto info(String name, int type, long... shape) {
        TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
        for (long size : shape) {
            TensorShapeProto.Dimension.Builder dimension = TensorShapeProto.Dimension.newBuilder();
            dimensions.addDim(size == -1 ? dimension.setDimParam("N") : dimension.setDimValue(size));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(
                                TypeProto.Tensor.newBuilder().setElemType(type).setShape(dimensions)))
                .build();
    }

    public OnnxBuilder node(String op, List<String> inputs, List<String> outputs, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setOpType(op)
                .setName(op.toLowerCase(java.util.Locale.ROOT) + graph.getNodeCount())
                .addAllInput(inputs)
                .addAllOutput(outputs)
                .addAllAttribute(List.of(attributes)));
        return this;
    }

    public OnnxBuilder node(String op, String input, String output, AttributeProto... attributes) {
        return node(op, List.of(input), List.of(output), attributes);
    }

    public OnnxBuilder add(NodeProto node) {
        graph.addNode(node);
        return this;
    }

    public OnnxBuilder initializer(TensorProto tensor) {
        graph.addInitializer(tensor);
        return this;
    }

    public OnnxBuilder floats(String name, long[] shape, float... values) {
        return initializer(floatTensor(name, shape, values));
    }

    /** Floats that count up from 1. */
    public OnnxBuilder ramp(String name, long... shape) {
        int elements = 1;
        for (long size : shape) {
            elements *= (int) size;
        }
        float[] values = new float[elements];
        for (int i = 0; i < elements; i++) {
            values[i] = i + 1;
        }
        return floats(name, shape, values);
    }

    public OnnxBuilder integers(String name, long... values) {
        return initializer(integerTensor(name, values));
    }

    /** A constant float; as a scalar. */
    public OnnxBuilder scalar(String name, float value) {
        return floats(name, new long[0], value);
    }

    /** Constants of a type whose values go into {@code int32_data}: UINT8, INT8, INT32. */
    public OnnxBuilder codes(String name, TensorProto.DataType type, long[] shape, int... values) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(type.getNumber());
        for (long size : shape) {
            tensor.addDims(size);
        }
        for (int value : values) {
            tensor.addInt32Data(value);
        }
        return initializer(tensor.build());
    }

    public static TensorProto floatTensor(String name, long[] shape, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .setRawData(ByteString.copyFrom(bytes.rewind()));
        for (long size : shape) {
            tensor.addDims(size);
        }
        return tensor.build();
    }

    public static TensorProto integerTensor(String name, long... values) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.INT64_VALUE)
                .addDims(values.length);
        for (long value : values) {
            tensor.addInt64Data(value);
        }
        return tensor.build();
    }

    public static AttributeProto attribute(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.INT)
                .setI(value)
                .build();
    }

    public static AttributeProto attribute(String name, float value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.FLOAT)
                .setF(value)
                .build();
    }

    public static AttributeProto attribute(String name, String value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value))
                .build();
    }

    public static AttributeProto attribute(String name, TensorProto value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.TENSOR)
                .setT(value)
                .build();
    }

    public static AttributeProto attributes(String name, long... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    public byte[] bytes() {
        return model.setGraph(graph).build().toByteArray();
    }

    public Graph read() {
        return OnnxReader.read(bytes(), "test.onnx");
    }

    public Graph read(Map<String, int[]> shapes) {
        OnnxModel parsed = OnnxModel.parse(bytes(), "test.onnx");
        for (Map.Entry<String, int[]> entry : shapes.entrySet()) {
            parsed = parsed.shaped(entry.getKey(), entry.getValue());
        }
        return parsed.graph();
    }
}

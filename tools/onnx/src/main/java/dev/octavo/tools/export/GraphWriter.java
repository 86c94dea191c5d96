package dev.octavo.tools.export;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.octavo.tools.onnx.proto.AttributeProto;
import dev.octavo.tools.onnx.proto.GraphProto;
import dev.octavo.tools.onnx.proto.ModelProto;
import dev.octavo.tools.onnx.proto.NodeProto;
import dev.octavo.tools.onnx.proto.OperatorSetIdProto;
import dev.octavo.tools.onnx.proto.TensorProto;
import dev.octavo.tools.onnx.proto.TensorProto.DataType;
import dev.octavo.tools.onnx.proto.TensorShapeProto;
import dev.octavo.tools.onnx.proto.TypeProto;
import dev.octavo.tools.onnx.proto.ValueInfoProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.LongStream;

/** Collects an ONNX graph of opset 17. Node names are those of their outputs; an open batch dimension is {@code N}. */
public final class GraphWriter {
    /** The domain of ONNX Runtime's own operators. */
    public static final String MICROSOFT = "com.microsoft";

    private static final int IR_VERSION = 8;
    private static final int OPSET = 17;

    private final GraphProto.Builder graph = GraphProto.newBuilder();

    private final boolean anyBatch;

    /** An empty graph of any batch. */
    public GraphWriter(String name) {
        this(name, true);
    }

    /**
     * An empty graph.
     *
     * @param anyBatch whether the batch dimension is open instead of 1
     */
    public GraphWriter(String name, boolean anyBatch) {
        this.anyBatch = anyBatch;
        graph.setName(name.isEmpty() ? "model" : name);
    }

    /** The finished model. */
    public ModelProto model() {
        return ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("octavo")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain(MICROSOFT).setVersion(1))
                .setGraph(graph)
                .build();
    }

    /** Declares a graph input of a batch and further extents, and returns its name. */
    public String input(String name, DataType type, int... extents) {
        graph.addInput(value(name, type, extents));
        return name;
    }

    /** Declares a graph output of a batch and further extents. */
    public void output(String name, DataType type, int... extents) {
        graph.addOutput(value(name, type, extents));
    }

    private ValueInfoProto value(String name, DataType type, int... extents) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        if (anyBatch) {
            shape.addDimBuilder().setDimParam("N");
        } else {
            shape.addDimBuilder().setDimValue(1);
        }
        for (int extent : extents) {
            shape.addDimBuilder().setDimValue(extent);
        }
        TypeProto.Tensor tensor = TypeProto.Tensor.newBuilder()
                .setElemType(type.getNumber())
                .setShape(shape)
                .build();
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }

    /** Adds a node of the standard domain with one output. */
    public String node(String type, String output, List<String> inputs, AttributeProto... attributes) {
        return node("", type, output, inputs, attributes);
    }

    /** Adds a node with one output, whose name is returned. */
    public String node(String domain, String type, String output, List<String> inputs, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setDomain(domain)
                .setOpType(type)
                .setName(output)
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(List.of(attributes)));
        return output;
    }

    /** Adds a constant float tensor; without extents it is a scalar. */
    public String floats(String name, float[] values, int... extents) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return initializer(name, DataType.FLOAT, UnsafeByteOperations.unsafeWrap(bytes), extents);
    }

    /** Adds a constant int32 tensor. */
    public String integers(String name, int[] values, int... extents) {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(values);
        return initializer(name, DataType.INT32, UnsafeByteOperations.unsafeWrap(bytes), extents);
    }

    /** Adds a constant int64 vector, such as a shape. */
    public String longs(String name, long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        return initializer(name, DataType.INT64, UnsafeByteOperations.unsafeWrap(bytes), values.length);
    }

    /** Adds a constant tensor of {@link DataType#INT8} or {@link DataType#UINT8}; without extents it is a scalar. */
    public String bytes(String name, DataType type, byte[] values, int... extents) {
        return initializer(name, type, UnsafeByteOperations.unsafeWrap(values), extents);
    }

    private String initializer(String name, DataType type, ByteString bytes, int... extents) {
        TensorProto.Builder tensor = graph.addInitializerBuilder()
                .setName(name)
                .setDataType(type.getNumber())
                .setRawData(bytes);
        for (int extent : extents) {
            tensor.addDims(extent);
        }
        return name;
    }

    /** An integer attribute. */
    public static AttributeProto attribute(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    /** A float attribute. */
    public static AttributeProto attribute(String name, float value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF(value)
                .build();
    }

    /** An attribute of several integers. */
    public static AttributeProto attributes(String name, long... values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INTS)
                .addAllInts(LongStream.of(values).boxed().toList())
                .build();
    }
}

package dev.octavo.benchmarks.models;

import com.google.protobuf.UnsafeByteOperations;
import dev.octavo.tools.onnx.proto.AttributeProto;
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
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Draws the weights of a network and writes it as an ONNX model; batch statistics come from {@link Propagation}. */
final class NetworkWriter {
    private static final int IR_VERSION = 8;
    private static final int OPSET = 17;
    private static final float EPSILON = 1e-5f;

    private final Network network;
    private final SplittableRandom random;
    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private final @Nullable Propagation propagation;

    NetworkWriter(Network network, long seed) {
        this.network = network;
        this.random = new SplittableRandom(seed);
        boolean normalized = network.layers().stream().anyMatch(l -> l instanceof Layer.BatchNormalization);
        this.propagation = normalized ? new Propagation(network, random.split()) : null;
    }

    ModelProto write() {
        graph.setName(network.name());
        graph.addInput(value(
                "input",
                network.input().channels(),
                network.input().height(),
                network.input().width()));
        for (int i = 0; i < network.layers().size(); i++) {
            write(i, network.layers().get(i));
        }
        Shape logits = network.layers().getLast().output();
        graph.addOutput(value(name(network.layers().size()), logits.channels()));
        return ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("octavo-benchmarks")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
                .setGraph(graph)
                .build();
    }

    private String name(int value) {
        if (value == 0) {
            return "input";
        }
        return value == network.layers().size() ? "logits" : "x" + value;
    }

    private static ValueInfoProto value(String name, int... extents) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        shape.addDimBuilder().setDimParam("N");
        for (int extent : extents) {
            shape.addDimBuilder().setDimValue(extent);
        }
        TypeProto.Tensor tensor = TypeProto.Tensor.newBuilder()
                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                .setShape(shape)
                .build();
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }

    private void write(int index, Layer layer) {
        String name = "layer" + index;
        NodeProto.Builder node = graph.addNodeBuilder().setName(name).addOutput(name(index + 1));
        layer.inputs().forEach(input -> node.addInput(name(input)));
        switch (layer) {
            case Layer.Convolution c -> convolution(index, c, node);
            case Layer.Linear l -> linear(index, l, node);
            case Layer.BatchNormalization b -> batchNormalization(index, b, node);
            case Layer.Rectifier r -> {
                boolean limited = Float.isFinite(r.limit());
                node.setOpType(limited ? "Clip" : "Relu");
                if (limited) {
                    node.addInput(initializer(name + ".low", new float[] {0}));
                    node.addInput(initializer(name + ".high", new float[] {r.limit()}));
                }
                propagate(index);
            }
            case Layer.Pool p -> {
                node.setOpType(p.maximum() ? "MaxPool" : "AveragePool")
                        .addAttribute(integers("kernel_shape", p.kernel(), p.kernel()))
                        .addAttribute(integers("strides", p.stride(), p.stride()))
                        .addAttribute(integers("pads", p.padding(), p.padding(), p.padding(), p.padding()));
                propagate(index);
            }
            case Layer.GlobalAverage g -> {
                node.setOpType("GlobalAveragePool");
                propagate(index);
            }
            case Layer.Add a -> {
                node.setOpType("Add");
                propagate(index);
            }
            case Layer.Concat c -> {
                node.setOpType("Concat").addAttribute(integer("axis", 1));
                propagate(index);
            }
            case Layer.Flatten f -> {
                node.setOpType("Flatten").addAttribute(integer("axis", 1));
                propagate(index);
            }
        }
    }

    private void convolution(int index, Layer.Convolution c, NodeProto.Builder node) {
        float[] weights = normals(c.weights(), Math.sqrt(2.0 / c.fanIn()));
        node.setOpType("Conv")
                .addInput(initializer(
                        "layer" + index + ".weight",
                        weights,
                        c.output().channels(),
                        c.from().channels() / c.groups(),
                        c.kernel(),
                        c.kernel()))
                .addAttribute(integers("kernel_shape", c.kernel(), c.kernel()))
                .addAttribute(integers("strides", c.stride(), c.stride()))
                .addAttribute(integers("pads", c.before(), c.before(), c.after(), c.after()))
                .addAttribute(integer("group", c.groups()));
        if (c.biased()) {
            float[] bias = normals(c.output().channels(), 0.05);
            node.addInput(initializer("layer" + index + ".bias", bias, bias.length));
        }
        if (propagation != null) {
            propagation.convolution(index, c, weights);
        }
    }

    private void linear(int index, Layer.Linear l, NodeProto.Builder node) {
        int features = l.output().channels();
        float[] weights = normals(features * l.features(), Math.sqrt(2.0 / l.features()));
        float[] bias = normals(features, 0.05);
        node.setOpType("Gemm")
                .addInput(initializer("layer" + index + ".weight", weights, features, l.features()))
                .addInput(initializer("layer" + index + ".bias", bias, features))
                .addAttribute(integer("transB", 1));
    }

    private void batchNormalization(int index, Layer.BatchNormalization b, NodeProto.Builder node) {
        int channels = b.output().channels();
        float[] gamma = new float[channels];
        for (int c = 0; c < channels; c++) {
            gamma[c] = random.nextFloat(0.6f, 1.4f);
        }
        float[] beta = normals(channels, 0.25);
        if (propagation == null) {
            throw new IllegalStateException("statistics need a propagation");
        }
        Propagation.Statistics statistics = propagation.batchNormalization(index, b, gamma, beta, EPSILON);
        String name = "layer" + index;
        node.setOpType("BatchNormalization")
                .addInput(initializer(name + ".gamma", gamma, channels))
                .addInput(initializer(name + ".beta", beta, channels))
                .addInput(initializer(name + ".mean", statistics.mean(), channels))
                .addInput(initializer(name + ".variance", statistics.variance(), channels))
                .addAttribute(AttributeProto.newBuilder()
                        .setName("epsilon")
                        .setType(AttributeProto.AttributeType.FLOAT)
                        .setF(EPSILON));
    }

    private void propagate(int index) {
        if (propagation != null) {
            propagation.structural(index, network.layers().get(index));
        }
    }

    private float[] normals(int count, double deviation) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
        return values;
    }

    private String initializer(String name, float[] values, int... extents) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        TensorProto.Builder tensor = graph.addInitializerBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT.getNumber())
                .setRawData(UnsafeByteOperations.unsafeWrap(bytes));
        for (int extent : extents) {
            tensor.addDims(extent);
        }
        return name;
    }

    private static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    private static AttributeProto integers(String name, long... values) {
        List<Long> all = Arrays.stream(values).boxed().toList();
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INTS)
                .addAllInts(all)
                .build();
    }
}

package dev.octavo.tools.onnx;

import static dev.octavo.tools.onnx.OnnxBuilder.attribute;
import static dev.octavo.tools.onnx.OnnxBuilder.attributes;
import static dev.octavo.tools.onnx.OnnxBuilder.floatTensor;
import static dev.octavo.tools.onnx.OnnxBuilder.integerTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.onnx.proto.AttributeProto;
import dev.octavo.tools.onnx.proto.NodeProto;
import dev.octavo.tools.onnx.proto.StringStringEntryProto;
import dev.octavo.tools.onnx.proto.TensorProto;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are damaged, hostile, or beyond what is supported: each gives one exception that says what is wrong. */
class MalformedModelsTest {
    private static final long[] WEIGHTS = {2, 1, 3, 3};

    private static OnnxBuilder model() {
        return new OnnxBuilder(13);
    }

    private static OnnxBuilder convolution() {
        return model().input("x", 1, 1, 8, 8)
                .node("Conv", List.of("x", "w"), List.of("y"))
                .output("y");
    }

    private static OnnxBuilder unary(String op, long... shape) {
        return model().input("x", shape).node(op, "x", "y").output("y");
    }

    private static Arguments of(String what, OnnxBuilder model, String... message) {
        return Arguments.of(what, model.bytes(), List.of(message));
    }

    private static TensorProto.Builder tensor(int type, long... shape) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName("w").setDataType(type);
        for (long size : shape) {
            tensor.addDims(size);
        }
        return tensor;
    }

    private static float[] ramp(int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = i;
        }
        return values;
    }

    static Stream<Arguments> damagedFiles() {
        byte[] whole = convolution().ramp("w", WEIGHTS).bytes();
        return Stream.of(
                Arguments.of("empty file", new byte[0], List.of("no network")),
                Arguments.of("text file", "not a model".getBytes(StandardCharsets.UTF_8), List.of("no ONNX file")),
                Arguments.of("truncated", Arrays.copyOf(whole, whole.length / 2), List.of("truncated")),
                Arguments.of("last byte missing", Arrays.copyOf(whole, whole.length - 1), List.of("truncated")),
                Arguments.of("nested groups", nestedGroups(100_000), List.of("damaged")),
                Arguments.of("length beyond the file", hugeLength(), List.of("truncated")),
                of(
                        "no opset",
                        new OnnxBuilder(0)
                                .input("x", 1, 4)
                                .node("Relu", "x", "y")
                                .output("y"),
                        "no opset"),
                of(
                        "opset of the future",
                        new OnnxBuilder(99)
                                .input("x", 1, 4)
                                .node("Relu", "x", "y")
                                .output("y"),
                        "99"),
                of("no outputs", model().input("x", 1, 4).node("Relu", "x", "y"), "no network"));
    }

    private static byte[] nestedGroups(int depth) {
        byte[] bytes = new byte[2 * depth];
        Arrays.fill(bytes, 0, depth, (byte) (30 << 3 | 3));
        Arrays.fill(bytes, depth, 2 * depth, (byte) (30 << 3 | 4));
        return bytes;
    }

    private static byte[] hugeLength() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            out.writeTag(7, 2);
            out.writeUInt32NoTag(Integer.MAX_VALUE);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static Stream<Arguments> contradictions() {
        return Stream.of(
                of(
                        "unknown operator",
                        unary("GridSample", 1, 4),
                        "'gridsample0' (GridSample, opset 13)",
                        "not supported"),
                of(
                        "cycle",
                        model().input("x", 1, 4)
                                .node("Add", List.of("x", "b"), List.of("a"))
                                .node("Relu", "a", "b")
                                .output("b"),
                        "add0",
                        "cycle"),
                of(
                        "node that reads itself",
                        model().input("x", 1, 4).node("Relu", "y", "y").output("y"),
                        "relu0",
                        "cycle"),
                of("missing initializer", convolution(), "conv0", "reads 'w'"),
                of("missing producer", model().node("Relu", "nowhere", "y").output("y"), "relu0", "nowhere"),
                of("output that nothing computes", unary("Relu", 1, 4).output("z"), "'z'"),
                of("value computed twice", unary("Relu", 1, 4).node("Relu", "x", "y"), "relu1", "already defined"),
                of("input computed again", unary("Relu", 1, 4).node("Relu", "y", "x"), "relu1", "already defined"),
                of("initializer twice", convolution().ramp("w", WEIGHTS).ramp("w", WEIGHTS), "'w'", "twice"),
                of("input twice", unary("Relu", 1, 4).input("x", 1, 4), "'x'", "twice"),
                of("output twice", unary("Relu", 1, 4).output("y"), "'y'", "twice"),
                of("node without outputs", unary("Relu", 1, 4).node("Relu", List.of("x"), List.of()), "relu1"),
                of(
                        "node without inputs",
                        model().node("Relu", List.of(), List.of("y")).output("y"),
                        "relu0",
                        "missing"),
                of(
                        "attribute twice",
                        model().input("x", 1, 4)
                                .node("LeakyRelu", "x", "y", attribute("alpha", 1f), attribute("alpha", 2f))
                                .output("y"),
                        "leakyrelu0",
                        "twice"),
                of(
                        "attribute of another type",
                        model().input("x", 1, 4)
                                .node("LeakyRelu", "x", "y", attribute("alpha", 1))
                                .output("y"),
                        "leakyrelu0",
                        "INT instead of FLOAT"),
                of(
                        "string input",
                        model().typedInput("x", 8, 1).node("Relu", "x", "y").output("y"),
                        "'x'",
                        "STRING"),
                of("open height", unary("Relu", 1, 3, -1, 8), "'x'", "dimensions 2", "--input-shape 1,3,1,8"),
                of("negative extent", unary("Relu", 1, -7), "'x'", "-7"),
                of("extents that overflow", unary("Relu", 1 << 20, 1 << 20, 1 << 20, 1 << 20), "2^31"));
    }

    static Stream<Arguments> badTensors() {
        return Stream.of(
                of("NaN weight", convolution().floats("w", WEIGHTS, with(Float.NaN)), "conv0", "'w'", "NaN", "5"),
                of("infinite weight", convolution().floats("w", WEIGHTS, with(Float.NEGATIVE_INFINITY)), "-Infinity"),
                of("short raw data", convolution().initializer(floatTensor("w", WEIGHTS, ramp(7))), "28", "72"),
                of(
                        "promise of terabytes",
                        convolution()
                                .initializer(tensor(1, 1 << 20, 1 << 20)
                                        .setRawData(ByteString.EMPTY)
                                        .build()),
                        "'w'",
                        "2^31"),
                of(
                        "promise of gigabytes",
                        convolution().initializer(tensor(1, 1 << 30).build()),
                        "'w'",
                        "0 values"),
                of("negative extent", convolution().initializer(tensor(1, -1, 3).build()), "'w'", "-1"),
                of(
                        "hundred dimensions",
                        convolution().initializer(tensor(1, new long[100]).build()),
                        "100 dimensions"),
                of(
                        "unknown element type",
                        convolution().initializer(tensor(77, 1).build()),
                        "'w'",
                        "77"),
                of("string weights", convolution().initializer(tensor(8, 1).build()), "'w'", "STRING"),
                of("integer weights", convolution().integers("w", 1, 2, 3), "'w'", "INT64"),
                of("weights of rank 2", convolution().ramp("w", 2, 9), "conv0", "do not fit"),
                of("weights for other channels", convolution().ramp("w", 2, 4, 3, 3), "4", "1 channels"),
                of("empty weights", convolution().floats("w", new long[] {0, 1, 3, 3}), "no elements"),
                of(
                        "external data in memory",
                        convolution().initializer(external("weights.bin", "0", "72")),
                        "'w'",
                        "weights.bin"));
    }

    private static float[] with(float value) {
        float[] values = ramp(18);
        values[5] = value;
        return values;
    }

    private static TensorProto external(String location, String offset, String length) {
        return tensor(1, WEIGHTS)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(entry("location", location))
                .addExternalData(entry("offset", offset))
                .addExternalData(entry("length", length))
                .build();
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    static Stream<Arguments> badParameters() {
        return Stream.of(
                of("huge strides", window(attributes("strides", Long.MAX_VALUE, 1)), "conv0", "out of range"),
                of("zero strides", window(attributes("strides", 0, 1)), "conv0", "strides"),
                of("negative padding", window(attributes("pads", -1, 0, 0, 0)), "conv0", "negative"),
                of("three pads", window(attributes("pads", 1, 1, 1)), "conv0", "pads"),
                of("huge dilations", window(attributes("dilations", 1 << 30, 1 << 30)), "conv0", "does not fit"),
                of("huge padding", window(attributes("pads", 1 << 30, 1 << 30, 1 << 30, 1 << 30)), "conv0"),
                of("unknown auto_pad", window(attribute("auto_pad", "BOTH")), "BOTH"),
                of("zero groups", window(attribute("group", 0)), "conv0"),
                of("groups that do not divide", window(attribute("group", 3)), "conv0", "groups"),
                of("kernel unlike its weights", window(attributes("kernel_shape", 5, 5)), "kernel_shape"),
                of(
                        "window larger than its input",
                        model().input("x", 1, 1, 4, 4)
                                .node("MaxPool", "x", "y", attributes("kernel_shape", 1 << 30, 1 << 30))
                                .output("y"),
                        "maxpool0",
                        "does not fit"),
                of(
                        "volumes",
                        model().input("x", 1, 1, 4, 4, 4)
                                .node("MaxPool", "x", "y", attributes("kernel_shape", 2, 2, 2))
                                .output("y"),
                        "maxpool0",
                        "1 or 2 spatial"),
                of("pooling of a vector", unary("GlobalAveragePool", 1, 4), "globalaveragepool0"),
                of("reshape to other elements", reshape(5, 5), "reshape0", "[5, 5]"),
                of("reshape with two open extents", reshape(-1, -1), "reshape0"),
                of("reshape beyond all bounds", reshape(Long.MAX_VALUE, 2), "reshape0"),
                of(
                        "constant of gigabytes",
                        model().integers("s", 1 << 15, 1 << 15)
                                .node("ConstantOfShape", "s", "y")
                                .output("y"),
                        "constantofshape0",
                        "exceed its bounds"),
                of("constants that double", doubling(), "exceed its bounds"),
                of(
                        "shapes that differ",
                        model().input("x", 1, 3)
                                .input("z", 1, 4)
                                .node("Add", List.of("x", "z"), List.of("y"))
                                .output("y"),
                        "add0",
                        "broadcast"),
                of(
                        "axis out of range",
                        model().input("x", 1, 3)
                                .node("Softmax", "x", "y", attribute("axis", 7))
                                .output("y"),
                        "softmax0",
                        "axis 7"),
                of(
                        "transposition to nowhere",
                        model().input("x", 1, 3)
                                .node("Transpose", "x", "y", attributes("perm", 0, 0))
                                .output("y"),
                        "transpose0",
                        "twice"),
                of(
                        "step of zero",
                        model().input("x", 1, 9)
                                .integers("a", 0)
                                .integers("b", 9)
                                .integers("c", 1)
                                .integers("d", 0)
                                .node("Slice", List.of("x", "a", "b", "c", "d"), List.of("y"))
                                .output("y"),
                        "slice0",
                        "step"),
                of(
                        "empty slice",
                        model().input("x", 1, 9)
                                .integers("a", 5)
                                .integers("b", 5)
                                .integers("c", 1)
                                .node("Slice", List.of("x", "a", "b", "c"), List.of("y"))
                                .output("y"),
                        "slice0",
                        "no elements"),
                of(
                        "division by zero",
                        model().input("x", 1, 9)
                                .integers("a", 5)
                                .integers("b", 0)
                                .node("Div", List.of("a", "b"), List.of("c"))
                                .node("Reshape", List.of("x", "c"), List.of("y"))
                                .output("y"),
                        "div0",
                        "divides by zero"),
                of(
                        "negative variance",
                        model().input("x", 1, 1, 2, 2)
                                .floats("p", new long[] {1}, 1)
                                .floats("v", new long[] {1}, -1)
                                .node("BatchNormalization", List.of("x", "p", "p", "p", "v"), List.of("y"))
                                .output("y"),
                        "batchnormalization0",
                        "variance"),
                of(
                        "weights that are computed",
                        model().input("x", 1, 1, 8, 8)
                                .input("w", WEIGHTS)
                                .node("Conv", List.of("x", "w"), List.of("y"))
                                .output("y"),
                        "conv0",
                        "'w'",
                        "constant"));
    }

    private static OnnxBuilder window(AttributeProto attribute) {
        return model().input("x", 1, 1, 8, 8)
                .ramp("w", WEIGHTS)
                .node("Conv", List.of("x", "w"), List.of("y"), attribute)
                .output("y");
    }

    private static OnnxBuilder reshape(long... shape) {
        return model().input("x", 1, 4)
                .integers("s", shape)
                .node("Reshape", List.of("x", "s"), List.of("y"))
                .output("y");
    }

    /** Each of forty nodes computes a constant of twice the size. */
    private static OnnxBuilder doubling() {
        OnnxBuilder model = model().initializer(integerTensor("v0", 1));
        for (int i = 1; i <= 40; i++) {
            String before = "v" + (i - 1);
            model.node("Concat", List.of(before, before), List.of("v" + i), attribute("axis", 0));
        }
        return model.output("v40");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"damagedFiles", "contradictions", "badTensors", "badParameters"})
    void givesOneExceptionThatSaysWhatIsWrong(String what, byte[] bytes, List<String> message) {
        assertThatThrownBy(() -> OnnxReader.read(bytes, "bad.onnx"))
                .as(what)
                .isInstanceOf(GraphException.class)
                .hasMessageContaining("bad.onnx")
                .satisfies(e -> assertThat(e.getMessage()).contains(message));
    }

    @Test
    void listsEveryOffendingNode() {
        NodeProto foreign = NodeProto.newBuilder()
                .setOpType("FusedConv")
                .setDomain("com.example")
                .setName("fused")
                .addInput("x")
                .addOutput("a")
                .build();
        OnnxBuilder model = model().input("x", 1, 3)
                .add(foreign)
                .node("GridSample", "a", "b")
                .node("Softmax", "x", "c", attribute("axis", 9))
                .node("Concat", List.of("b", "c"), List.of("y"), attribute("axis", 1))
                .output("y");
        assertThatThrownBy(model::read)
                .isInstanceOf(GraphException.class)
                .hasMessageContaining("3 nodes")
                .hasMessageContaining("node 'fused' (com.example.FusedConv, opset 13): this operator is not supported")
                .hasMessageContaining("node 'gridsample1' (GridSample, opset 13): this operator is not supported")
                .hasMessageContaining("node 'softmax2' (Softmax, opset 13): axis 9");
    }

    @Test
    void anyDamagedByteGivesAGraphOrOneException() {
        byte[] whole = new OnnxBuilder(13)
                .input("x", 1, 1, 8, 8)
                .ramp("w", WEIGHTS)
                .integers("s", 1, -1)
                .node("Conv", List.of("x", "w"), List.of("a"), attributes("pads", 1, 1, 1, 1))
                .node("Relu", "a", "b")
                .node("Reshape", List.of("b", "s"), List.of("y"))
                .output("y")
                .bytes();
        Random random = new Random(7);
        for (int trial = 0; trial < 4000; trial++) {
            byte[] damaged = whole.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                assertThat(OnnxReader.read(damaged, "bad.onnx").nodes()).isNotNull();
            } catch (GraphException e) {
                assertThat(e).hasMessageContaining("bad.onnx");
            }
        }
    }

    @Test
    void externalDataComesFromTheModelsFolderOnly(@TempDir Path folder) throws IOException {
        Path models = Files.createDirectory(folder.resolve("models"));
        Files.write(folder.resolve("secret.bin"), new byte[72]);
        Files.write(models.resolve("weights.bin"), new byte[80]);
        Files.createSymbolicLink(models.resolve("link.bin"), folder.resolve("secret.bin"));
        Path file = models.resolve("model.onnx");
        for (String location : List.of(
                "../secret.bin",
                "link.bin",
                "",
                "absent.bin",
                models.resolve("weights.bin").toString())) {
            Files.write(
                    file,
                    convolution().initializer(external(location, "0", "72")).bytes());
            assertThatThrownBy(() -> OnnxReader.read(file))
                    .as(location)
                    .isInstanceOf(GraphException.class)
                    .hasMessageContaining("model.onnx")
                    .hasMessageContaining("inside of the model's folder");
        }
        for (List<String> range :
                List.of(List.of("72", "72"), List.of("-8", "72"), List.of("x", "72"), List.of("8", "71"))) {
            Files.write(
                    file,
                    convolution()
                            .initializer(external("weights.bin", range.getFirst(), range.getLast()))
                            .bytes());
            assertThatThrownBy(() -> OnnxReader.read(file))
                    .as(range.toString())
                    .isInstanceOf(GraphException.class)
                    .hasMessageContaining("'w'");
        }
        Files.write(
                file,
                convolution().initializer(external("weights.bin", "8", "72")).bytes());
        assertThat(OnnxReader.read(file).shape("y")).containsExactly(1, 2, 6, 6);
    }

    @Test
    void filesThatAreNoModels(@TempDir Path folder) {
        assertThatThrownBy(() -> OnnxReader.read(folder))
                .isInstanceOf(GraphException.class)
                .hasMessageContaining("folder");
        assertThatThrownBy(() -> OnnxReader.read(folder.resolve("absent.onnx")))
                .isInstanceOf(GraphException.class)
                .hasMessageContaining("absent.onnx");
    }

    @Test
    void devicesAreNotRead() {
        Path device = Path.of("/dev/zero");
        assumeTrue(Files.exists(device), "there is no /dev/zero");

        assertThatThrownBy(() -> OnnxReader.read(device))
                .isInstanceOf(GraphException.class)
                .hasMessage("/dev/zero is a device or a pipe; give an .onnx file");
    }
}

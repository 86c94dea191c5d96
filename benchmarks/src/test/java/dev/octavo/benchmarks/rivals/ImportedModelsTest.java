package dev.octavo.benchmarks.rivals;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import dev.octavo.tools.convert.Conversion;
import dev.octavo.tools.convert.ConversionOptions;
import dev.octavo.tools.convert.Converter;
import dev.octavo.tools.export.QdqExport;
import dev.octavo.tools.onnx.OnnxReader;
import dev.octavo.tools.onnx.QuantizedModels;
import dev.octavo.tools.onnx.QuantizedModels.Case;
import dev.octavo.tools.onnx.QuantizedModels.Stored;
import dev.octavo.tools.onnx.proto.GraphProto;
import dev.octavo.tools.onnx.proto.ModelProto;
import dev.octavo.tools.onnx.proto.NodeProto;
import dev.octavo.tools.onnx.proto.TensorProto;
import dev.octavo.tools.onnx.proto.TensorProto.DataType;
import dev.octavo.tools.onnx.proto.TypeProto;
import dev.octavo.tools.onnx.proto.ValueInfoProto;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Imported int8 models beside ONNX Runtime, which runs the same file as a whole: the codes of every quantized tensor. Both round
 * the same real numbers to nearest, ties to even, but ONNX Runtime rounds the product of accumulator and multiplier to a float
 * before, and divides by the scale of the input where Octavo multiplies by its inverse: near a tie codes may differ by 1.
 */
class ImportedModelsTest {
    private static final Stored U0 = new Stored(DataType.UINT8, 0);
    private static final Stored U128 = new Stored(DataType.UINT8, 128);
    private static final Stored S0 = new Stored(DataType.INT8, 0);
    private static final Stored SLEAST = new Stored(DataType.INT8, -128);

    /** Codes that were compared, how many of them differ, and by how much at most. */
    private record Differences(int tensors, long codes, long different, int largest) {}

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (Stored input : List.of(U0, U128, S0, SLEAST)) {
            for (Stored weights : List.of(S0, U128)) {
                // Of signed inputs and unsigned weights ONNX Runtime has no QLinearConv.
                if (input.type() == DataType.UINT8 || weights.type() == DataType.INT8) {
                    cases.add(new Case(input, weights, input.type() == DataType.UINT8 ? U128 : S0, true, cases.size()));
                    cases.add(new Case(
                            input, weights, input.type() == DataType.UINT8 ? U0 : SLEAST, false, cases.size()));
                }
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void smallNetworksAreExactUpToTies(Case test) throws Exception {
        SplittableRandom random = new SplittableRandom(3);
        float[] image = new float[QuantizedModels.INPUTS * QuantizedModels.SIZE * QuantizedModels.SIZE];
        for (int i = 0; i < image.length; i++) {
            image[i] = (float) random.nextDouble(-7, 14);
        }
        int[] shape = {1, QuantizedModels.INPUTS, QuantizedModels.SIZE, QuantizedModels.SIZE};
        for (byte[] file : List.of(
                QuantizedModels.operators(test).bytes(),
                QuantizedModels.pairs(test).bytes())) {
            Differences differences = compare(file, shape, image);
            assertThat(differences.tensors()).isEqualTo(2);
            // The multiplier of the first channel is 1/200, and its bias 100: some sums lie at ties.
            assertThat(differences.largest()).isLessThanOrEqualTo(1);
            assertThat(differences.different()).isLessThanOrEqualTo(1);
        }
    }

    /** No residuals: the export of a trained network comes back with the same codes at every tensor. */
    @Test
    void anExportedNetworkComputesTheSameAsAWhole() throws Exception {
        Path file = Path.of(String.valueOf(System.getenv("OCTAVO_DATA"))).resolve("models/mnist_8.onnx");
        Assumptions.assumeTrue(Files.isRegularFile(file), "OCTAVO_DATA names no folder with " + file.getFileName());
        ModelDefinition model = Converter.convert(OnnxReader.read(file), ConversionOptions.forBits(8))
                .model();
        SplittableRandom random = new SplittableRandom(4);
        float[] image = new float[28 * 28];
        for (int i = 0; i < image.length; i++) {
            image[i] = random.nextInt(256);
        }
        for (boolean signed : List.of(false, true)) {
            Differences differences =
                    compare(QdqExport.of(model, signed).toByteArray(), new int[] {1, 1, 28, 28}, image);
            assertThat(differences.tensors()).isGreaterThanOrEqualTo(3);
            assertThat(differences.largest()).isLessThanOrEqualTo(1);
            assertThat((double) differences.different()).isLessThan(1e-3 * differences.codes());
        }
    }

    /** Runs a file both ways. */
    private static Differences compare(byte[] file, int[] shape, float[] image) throws Exception {
        ModelProto proto = ModelProto.parseFrom(file);
        Conversion conversion = Converter.convert(OnnxReader.read(file, "model.onnx"), ConversionOptions.forBits(8));
        ModelDefinition definition = conversion.model();
        Map<String, Integer> byName = new HashMap<>();
        for (int t = 0; t < definition.tensors().size(); t++) {
            byName.put(definition.tensors().get(t).name(), t);
        }
        List<String> observed = new ArrayList<>();
        GraphProto.Builder graph = proto.getGraph().toBuilder();
        List<Integer> wanted = new ArrayList<>();
        for (NodeProto node : proto.getGraph().getNodeList()) {
            String output = node.getOutput(0);
            String reals = dequantized(proto, output);
            // What leaves the network is real, and has the name; its codes are beside it.
            Integer tensor = byName.getOrDefault(reals + "/codes", byName.getOrDefault(output, byName.get(reals)));
            boolean quantizes = node.getOpType().equals("QuantizeLinear")
                    || node.getOpType().startsWith("QLinear");
            if (quantizes
                    && tensor != null
                    && definition.tensors().get(tensor).type().quantized()) {
                observed.add(output);
                wanted.add(tensor);
                graph.addOutput(ValueInfoProto.newBuilder()
                        .setName(output)
                        .setType(TypeProto.newBuilder()
                                .setTensorType(TypeProto.Tensor.newBuilder()
                                        .setElemType(zeroPoint(proto, node).getDataType()))));
            }
        }
        ModelDefinition all = definition.withOutputs(wanted);
        byte[] theirs = proto.toBuilder().setGraph(graph).build().toByteArray();
        try (Model model = Model.of(all);
                Session session = model.newSession()) {
            List<Tensor> ours = session.run(List.of(Tensor.of(image, shape)));
            return compare(theirs, proto, observed, ours, wanted, definition, shape, image);
        }
    }

    private static Differences compare(
            byte[] file,
            ModelProto proto,
            List<String> observed,
            List<Tensor> ours,
            List<Integer> tensors,
            ModelDefinition definition,
            int[] shape,
            float[] image)
            throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        long codes = 0;
        long different = 0;
        int largest = 0;
        try (OrtSession.SessionOptions options = OnnxRuntime.options(OnnxRuntime.Settings.ofThreads(1), 1);
                OrtSession session = environment.createSession(file, options);
                OnnxTensor input =
                        OnnxTensor.createTensor(environment, FloatBuffer.wrap(image), OnnxRuntime.extents(shape));
                OrtSession.Result results =
                        session.run(Map.of(session.getInputNames().iterator().next(), input))) {
            for (int i = 0; i < observed.size(); i++) {
                ByteBuffer stored = ((OnnxTensor) results.get(observed.get(i)).orElseThrow()).getByteBuffer();
                TensorProto zeroPoint = zeroPoint(proto, producer(proto, observed.get(i)));
                boolean signed = zeroPoint.getDataType() == DataType.INT8.getNumber();
                int zero = zeroPoint.hasRawData()
                        ? (signed
                                ? zeroPoint.getRawData().byteAt(0)
                                : Byte.toUnsignedInt(zeroPoint.getRawData().byteAt(0)))
                        : zeroPoint.getInt32Data(0);
                TensorDefinition tensor = definition.tensors().get(tensors.get(i));
                assertThat(tensor.type()).isIn(ElementType.INT8, ElementType.UINT8);
                for (int at = 0; at < ours.get(i).elements(); at++) {
                    int code = signed ? stored.get(at) : Byte.toUnsignedInt(stored.get(at));
                    int difference =
                            Math.abs(code - zero - Math.round(ours.get(i).get(at)));
                    codes++;
                    different += difference == 0 ? 0 : 1;
                    largest = Math.max(largest, difference);
                }
            }
        }
        return new Differences(observed.size(), codes, different, largest);
    }

    /** What a tensor of codes is called after it was dequantized: a result of the network may go by that name. */
    private static String dequantized(ModelProto proto, String codes) {
        return proto.getGraph().getNodeList().stream()
                .filter(node -> node.getOpType().equals("DequantizeLinear")
                        && node.getInput(0).equals(codes))
                .map(node -> node.getOutput(0))
                .findFirst()
                .orElse(codes);
    }

    private static NodeProto producer(ModelProto proto, String value) {
        return proto.getGraph().getNodeList().stream()
                .filter(node -> node.getOutput(0).equals(value))
                .findFirst()
                .orElseThrow();
    }

    /** Of the codes that a node computes: the last input, or that before a bias. */
    private static TensorProto zeroPoint(ModelProto proto, NodeProto node) {
        String name = node.getInput(node.getOpType().equals("QLinearConv") ? 7 : node.getInputCount() - 1);
        return proto.getGraph().getInitializerList().stream()
                .filter(tensor -> tensor.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}

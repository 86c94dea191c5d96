package dev.octavo.tools.lower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.tools.TestData;
import dev.octavo.tools.data.LabelledData;
import dev.octavo.tools.evaluate.Logits;
import dev.octavo.tools.graph.ChannelStatistics;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.onnx.OnnxReader;
import dev.octavo.tools.options.QuantizationOptions;
import dev.octavo.tools.passes.FreezeDeadChannels;
import dev.octavo.tools.passes.Passes;
import dev.octavo.tools.quantize.PixelInput;
import dev.octavo.tools.quantize.WeightScope;
import dev.octavo.tools.quantizer.Quantizer;
import dev.octavo.tools.simulate.SyntheticForward;
import dev.octavo.tools.statistics.InputEncoding;
import dev.octavo.tools.vision.Preprocessing;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Trained networks, quantized without data, against their float models on pictures. */
class TrainedNetworksTest {
    private static final Network RESNET20 = cifar("resnet20");
    private static final Network RESNET56 = cifar("resnet56");
    private static final Network MOBILENET = new Network(
            "models/mobilenet_v1_0.75_224.onnx",
            "images/imagenet",
            new Preprocessing(List.of(127.5, 127.5, 127.5), List.of(127.5, 127.5, 127.5), 0.875),
            224);
    private static final Network MNIST =
            new Network("models/mnist_8.onnx", "mnist/t10k_0000-4999-images-idx3-ubyte.gz", Preprocessing.none(1), 28);

    private record Network(String model, String pictures, Preprocessing preprocessing, int side) {
        Graph graph() {
            return Passes.apply(OnnxReader.read(TestData.require(model)), Passes.folding());
        }

        double[] mean() {
            return preprocessing.mean().stream()
                    .mapToDouble(Double::doubleValue)
                    .toArray();
        }

        double[] std() {
            return preprocessing.std().stream().mapToDouble(Double::doubleValue).toArray();
        }
    }

    private record Comparison(double signalToNoise, double agreement) {}

    private static Network cifar(String name) {
        return new Network(
                "models/cifar10_" + name + ".onnx",
                "images/cifar10/test_0000-0499.bin",
                new Preprocessing(
                        List.of(255 * .485, 255 * .456, 255 * .406), List.of(255 * .229, 255 * .224, 255 * .225), 1),
                32);
    }

    private static ModelMetadata metadata() {
        return new ModelMetadata("test", List.of(), new ModelMetadata.Preprocessing(List.of(), List.of(), 1), Map.of());
    }

    private static List<Tensor> floats(Network network, LabelledData data, int count) {
        int channels = network.preprocessing.channels();
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] values = new float[channels * network.side * network.side];
            network.preprocessing.toFloats(
                    data.picture(i), network.side, network.side, MemorySegment.ofArray(values), 0);
            tensors.add(Tensor.of(values, 1, channels, network.side, network.side));
        }
        return tensors;
    }

    private static List<Tensor> pixels(Network network, LabelledData data, int count) {
        int channels = network.preprocessing.channels();
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] values = new byte[channels * network.side * network.side];
            network.preprocessing.toBytes(
                    data.picture(i), network.side, network.side, MemorySegment.ofArray(values), 0);
            tensors.add(Tensor.of(values, 1, network.side, network.side, channels));
        }
        return tensors;
    }

    private static Comparison compare(Network network, QuantizationOptions options, int count) {
        Graph graph = network.graph();
        LabelledData data = LabelledData.open(TestData.require(network.pictures));
        var quantized = Quantizer.of(options, new SyntheticForward(1, 0))
                .quantize(graph, new InputEncoding.Pixels(PixelInput.of(network.mean(), network.std())));
        List<float[]> expected =
                CalibratedNetwork.run(FloatLowering.lower(graph, metadata()), floats(network, data, count));
        List<float[]> actual =
                CalibratedNetwork.run(QuantizedLowering.lower(quantized, metadata()), pixels(network, data, count));
        long same = IntStream.range(0, count)
                .filter(i -> Logits.best(expected.get(i)) == Logits.best(actual.get(i)))
                .count();
        return new Comparison(CalibratedNetwork.signalToNoise(expected, actual), same / (double) count);
    }

    @Test
    void floatLogitsOfResnet20() {
        LabelledData data = LabelledData.open(TestData.require(RESNET20.pictures));
        List<float[]> logits =
                CalibratedNetwork.run(FloatLowering.lower(RESNET20.graph(), metadata()), floats(RESNET20, data, 10));
        assertThat(logits.getFirst())
                .containsExactly(
                        new float[] {
                            -5.3097f, -.4958f, .8773f, 23.7305f, -4.1050f, 4.4637f, -.2342f, -5.4179f, -3.7118f,
                            -9.8822f
                        },
                        within(2e-3f));
        assertThat(logits.stream().map(Logits::best)).containsExactly(3, 8, 8, 0, 6, 6, 1, 6, 3, 1);
    }

    @Test
    void resnet20() {
        Comparison eight = compare(RESNET20, QuantizationOptions.forBits(8), 80);
        assertThat(eight.signalToNoise).isGreaterThan(30.5);
        assertThat(eight.agreement).isGreaterThanOrEqualTo(0.97);
        Comparison signed = compare(RESNET20, QuantizationOptions.forBits(8).withSignedActivations(true), 40);
        assertThat(signed.signalToNoise).isGreaterThan(25.5);
    }

    @Test
    void resnet56() {
        Comparison eight = compare(RESNET56, QuantizationOptions.forBits(8), 30);
        assertThat(eight.signalToNoise).isGreaterThan(27.5);
        assertThat(eight.agreement).isGreaterThanOrEqualTo(0.96);
    }

    @Test
    void mobilenet() {
        Comparison eight = compare(MOBILENET, QuantizationOptions.forBits(8), 16);
        assertThat(eight.signalToNoise).isGreaterThan(20);
        Comparison perChannel =
                compare(MOBILENET, QuantizationOptions.forBits(8).withScope(WeightScope.CHANNEL), 16);
        assertThat(perChannel.signalToNoise).isGreaterThan(23);
    }

    @Test
    void mnist() {
        Comparison eight = compare(MNIST, QuantizationOptions.forBits(8), 200);
        assertThat(eight.signalToNoise).isGreaterThan(37);
        assertThat(eight.agreement).isGreaterThanOrEqualTo(0.99);
    }

    @Test
    void deadChannelsOfMobilenet() {
        Graph graph = MOBILENET.graph();
        Graph frozen = new FreezeDeadChannels().apply(graph);
        List<List<Integer>> dead = new ArrayList<>();
        frozen.nodes().stream()
                .filter(node -> node.op() instanceof Op.Convolution)
                .limit(2)
                .forEach(node -> {
                    double[] deviation = frozen.statistics(node.output())
                            .map(ChannelStatistics::deviation)
                            .orElseThrow();
                    dead.add(IntStream.range(0, deviation.length)
                            .filter(c -> deviation[c] == 0)
                            .boxed()
                            .toList());
                });
        assertThat(dead.get(0)).containsExactly(2, 3, 6, 7, 9, 11, 13, 17, 18, 23);
        assertThat(dead.get(1)).containsExactly(2, 3, 6, 7, 9, 11, 13, 17, 18, 23);
        double largest = 0;
        Op.Layer depthwise = (Op.Layer) frozen.nodes().get(1).op();
        for (int i = 0; i < depthwise.weights().elements(); i++) {
            largest = Math.max(largest, Math.abs(depthwise.weights().at(i)));
        }
        assertThat(largest).as("223.5 before").isCloseTo(2.82, within(0.01));
    }

    @Test
    void foldedWeightsOfResnet20() {
        Graph graph = RESNET20.graph();
        double[] expected = {.5941, .4848, .3786};
        for (int layer = 0; layer < expected.length; layer++) {
            Op.Layer op = (Op.Layer) graph.nodes().get(layer).op();
            double largest = 0;
            for (int i = 0; i < op.weights().elements(); i++) {
                largest = Math.max(largest, Math.abs(op.weights().at(i)));
            }
            assertThat(largest).isCloseTo(expected[layer], within(1e-4));
        }
    }
}

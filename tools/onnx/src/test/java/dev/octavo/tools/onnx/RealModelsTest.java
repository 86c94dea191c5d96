package dev.octavo.tools.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.tools.TestData;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Op;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RealModelsTest {
    private static Graph read(String model) {
        return OnnxReader.read(TestData.require("models/" + model));
    }

    private static long count(Graph graph, Class<? extends Op> op) {
        return graph.nodes().stream().filter(node -> op.isInstance(node.op())).count();
    }

    @ParameterizedTest
    @CsvSource({"cifar10_resnet20.onnx, 19, 9", "cifar10_resnet56.onnx, 55, 27"})
    void residualNetworks(String model, int convolutions, int additions) {
        Graph graph = read(model);
        assertThat(graph.batchable()).isTrue();
        assertThat(graph.shape("input")).containsExactly(1, 3, 32, 32);
        assertThat(graph.shape("output")).containsExactly(1, 10);
        assertThat(count(graph, Op.Convolution.class)).isEqualTo(convolutions);
        assertThat(count(graph, Op.BatchNormalization.class)).isEqualTo(convolutions);
        assertThat(count(graph, Op.Binary.class)).isEqualTo(additions);
        assertThat(count(graph, Op.Slice.class)).isEqualTo(2);
        assertThat(count(graph, Op.Pad.class)).isEqualTo(2);
        assertThat(count(graph, Op.Linear.class)).isEqualTo(1);
    }

    @Test
    void mobileNet() {
        Graph graph = read("mobilenet_v1_0.75_224.onnx");
        assertThat(graph.batchable()).isTrue();
        assertThat(graph.shape("output")).containsExactly(1, 1000);
        assertThat(graph.nodes().stream()
                        .filter(node -> node.op() instanceof Op.Convolution layer && layer.depthwise()))
                .hasSize(13);
    }

    @Test
    void mnistWithInitializersAmongItsInputs() {
        Graph graph = read("mnist_8.onnx");
        assertThat(graph.inputs()).containsExactly("Input3");
        assertThat(graph.batchable()).isTrue();
        assertThat(graph.shape("Plus214_Output_0")).containsExactly(1, 10);
        assertThat(graph.constants().keySet()).containsExactlyInAnyOrder("Parameter6", "Parameter88", "Parameter194");
    }

    @Test
    void detectors() {
        Graph yolox = read("yolox_nano_416.onnx");
        assertThat(yolox.shape("output")).containsExactly(1, 3549, 85);
        Graph ssd = read("ssd_mobilenet_v1_025_256.onnx");
        assertThat(ssd.shape("classes_softmax")).containsExactly(1, 6825, 2);
        assertThat(ssd.shape("bboxes_concat")).containsExactly(1, 6825, 4);
    }

    @ParameterizedTest
    @CsvSource({"mobilenetv2_qlinear.onnx, 66", "mobilenetv2_qdq.onnx, 65"})
    void networksThatWereQuantizedElsewhere(String model, int roundings) {
        Graph graph = read(model);
        assertThat(count(graph, Op.Convolution.class)).isEqualTo(52);
        assertThat(count(graph, Op.RoundToGrid.class)).isEqualTo(roundings);
        assertThat(graph.nodes())
                .filteredOn(node -> node.op() instanceof Op.Convolution)
                .allSatisfy(node -> assertThat(((Op.Layer) node.op())
                                .weights()
                                .steps()
                                .orElseThrow()
                                .common())
                        .isFalse());
    }

    @Test
    void aNetworkWithScalesKnownAtRunTime() {
        Graph graph = read("mobilenetv2_dynamic.onnx");
        assertThat(count(graph, Op.Convolution.class)).isEqualTo(52);
        assertThat(graph.shape("output")).containsExactly(1, 1000);
    }
}

package dev.octavo.tools.demo.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.tools.demo.DemoModel;
import dev.octavo.tools.demo.DrawnSigns;
import dev.octavo.tools.onnx.proto.ModelProto;
import dev.octavo.tools.onnx.proto.NodeProto;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class StoredModelTest {
    @Test
    void isSmallAndKeepsBatchNormalizationApart() throws Exception {
        byte[] bytes = DemoModel.onnx();
        assertThat(bytes).hasSizeLessThan(2_000_000);
        ModelProto model = ModelProto.parseFrom(bytes);
        var operators = model.getGraph().getNodeList().stream()
                .collect(Collectors.groupingBy(NodeProto::getOpType, Collectors.counting()));
        assertThat(operators.get("BatchNormalization"))
                .isEqualTo(operators.get("Conv"))
                .isGreaterThanOrEqualTo(9);
        assertThat(operators.keySet())
                .containsExactlyInAnyOrder(
                        "Conv", "BatchNormalization", "Relu", "Add", "GlobalAveragePool", "Flatten", "Gemm");
    }

    @Test
    void everyValueIsWrittenBeforeItIsRead() throws Exception {
        var graph = ModelProto.parseFrom(DemoModel.onnx()).getGraph();
        var known = new HashSet<>(List.of("input"));
        graph.getInitializerList()
                .forEach(tensor -> assertThat(known.add(tensor.getName())).isTrue());
        for (NodeProto node : graph.getNodeList()) {
            assertThat(known).containsAll(node.getInputList());
            assertThat(known.add(node.getOutput(0))).isTrue();
        }
        assertThat(known).contains(graph.getOutput(0).getName());
    }

    @Test
    void recognisesPicturesItHasNotSeen() throws Exception {
        SignNetwork network = SignNetwork.of(ModelProto.parseFrom(DemoModel.onnx()));
        assertThat(network.accuracy(DrawnSigns.testSet(), 1000)).isBetween(0.95, 0.995);
    }

    @Test
    void isWrittenAsItWasRead() throws Exception {
        ModelProto model = ModelProto.parseFrom(DemoModel.onnx());
        assertThat(SignNetwork.of(model).toOnnx()).isEqualTo(model);
    }

    @Test
    void hasNoDeadOrDegenerateChannel() throws Exception {
        SignNetwork network = SignNetwork.of(ModelProto.parseFrom(DemoModel.onnx()));
        network.norms().forEach(norm -> {
            for (int c = 0; c < norm.channels; c++) {
                double spread = Math.abs(norm.scale.value[c])
                        * Math.sqrt(norm.runningVariance[c] / (norm.runningVariance[c] + BatchNorm.EPSILON));
                assertThat(spread).isBetween(1e-2, 10.0);
            }
        });
    }
}

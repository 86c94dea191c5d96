package dev.octavo.benchmarks.models;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.octavo.tools.onnx.proto.ModelProto;
import dev.octavo.tools.onnx.proto.TensorProto;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishedNetworksTest {
    // Parameters as torchvision, timm (EfficientNet-Lite0) and Keras (MobileNetV1, trainable) count them. The authors
    // of
    // EfficientNet-Lite0 publish 407 M multiply-accumulates, 6 % more than its convolutions and classifier have.
    @ParameterizedTest
    @CsvSource({
        "RESNET_18, 11689512, 1814073344",
        "RESNET_50, 25557032, 4089184256",
        "VGG_16, 138357544, 15470264320",
        "MOBILENET_V1, 4231976, 568740352",
        "MOBILENET_V2, 3504872, 300774272",
        "SQUEEZENET_1_1, 1235496, 349151936",
        "DENSENET_121, 7978856, 2834161664",
        "EFFICIENTNET_LITE0, 4652008, 385187552",
    })
    void hasThePublishedSize(Architecture architecture, long parameters, long multiplyAccumulates) {
        assertThat(architecture.parameters()).isEqualTo(parameters);
        assertThat(architecture.multiplyAccumulates()).isEqualTo(multiplyAccumulates);
    }

    @Test
    void writesTheSameBytesForTheSameSeed() {
        ModelProto first = Architecture.SQUEEZENET_1_1.onnx(7);
        assertThat(Architecture.SQUEEZENET_1_1.onnx(7)).isEqualTo(first);
        assertThat(Architecture.SQUEEZENET_1_1.onnx(8)).isNotEqualTo(first);
    }

    @Test
    void storesAllParametersAndPlausibleStatistics() {
        ModelProto model = Architecture.MOBILENET_V2.onnx(7);
        Map<String, TensorProto> tensors = new HashMap<>();
        long stored = 0;
        for (TensorProto tensor : model.getGraph().getInitializerList()) {
            tensors.put(tensor.getName(), tensor);
            if (tensor.getName().matches(".*\\.(weight|bias|gamma|beta)")) {
                stored += tensor.getRawData().size() / Float.BYTES;
            }
        }
        assertThat(stored).isEqualTo(Architecture.MOBILENET_V2.parameters());
        // He-normal weights double the variance of the mean square that they see: 1 in the image, whose taps correlate.
        float[] variance = floats(requireNonNull(tensors.get("layer1.variance")));
        assertThat(mean(variance)).isCloseTo(2.0, within(0.5));
        for (TensorProto tensor : tensors.values()) {
            if (tensor.getName().endsWith(".variance")) {
                for (float v : floats(tensor)) {
                    assertThat(v).as(tensor.getName()).isBetween(1e-3f, 1e3f);
                }
            }
        }
    }

    private static double mean(float[] values) {
        double sum = 0;
        for (float v : values) {
            sum += v;
        }
        return sum / values.length;
    }

    private static float[] floats(TensorProto tensor) {
        float[] values = new float[tensor.getRawData().size() / Float.BYTES];
        tensor.getRawData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }
}

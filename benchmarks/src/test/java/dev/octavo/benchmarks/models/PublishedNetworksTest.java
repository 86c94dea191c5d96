package dev.octavo.benchmarks.models;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.octavo.tools.onnx.proto.ModelProto;
import dev.octavo.tools.onnx.proto.TensorProto;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishedNetworksTest {
    // Parameters as torchvision, timm (EfficientNet-Lite0) and Keras (MobileNetV1, trainable) count them. The 407 M
    // that the
    // authors of EfficientNet-Lite0 publish are no count of multiply-accumulates: EfficientNet-B0, which has the same
    // convolutions and squeeze-and-excitation besides, has 384.53 M in all its convolutions, 0.63 M of them for the
    // latter.
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
    void efficientNetLite0HasTheSumOfItsStages() {
        // Stem, the seven stages, head, classifier: extents, channels and kernels of the published table, by hand.
        long[] stages = {
            112L * 112 * 32 * 27,
            112L * 112 * (32 * 9 + 32 * 16),
            112L * 112 * 16 * 96 + 56L * 56 * (96 * 9 + 96 * 24) + 56L * 56 * (24 * 144 + 144 * 9 + 144 * 24),
            56L * 56 * 24 * 144 + 28L * 28 * (144 * 25 + 144 * 40) + 28L * 28 * (40 * 240 + 240 * 25 + 240 * 40),
            28L * 28 * 40 * 240 + 14L * 14 * (240 * 9 + 240 * 80) + 2 * 14L * 14 * (80 * 480 + 480 * 9 + 480 * 80),
            14L * 14 * (80 * 480 + 480 * 25 + 480 * 112) + 2 * 14L * 14 * (112 * 672 + 672 * 25 + 672 * 112),
            14L * 14 * 112 * 672 + 7L * 7 * (672 * 25 + 672 * 192) + 3 * 7L * 7 * (192 * 1152 + 1152 * 25 + 1152 * 192),
            7L * 7 * (192 * 1152 + 1152 * 9 + 1152 * 320),
            7L * 7 * 320 * 1280,
            1280 * 1000
        };
        assertThat(Architecture.EFFICIENTNET_LITE0.multiplyAccumulates())
                .isEqualTo(LongStream.of(stages).sum());
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

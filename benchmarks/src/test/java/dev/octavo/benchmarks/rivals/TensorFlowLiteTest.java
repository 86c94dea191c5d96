package dev.octavo.benchmarks.rivals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.octavo.benchmarks.models.Architecture;
import dev.octavo.benchmarks.models.SyntheticImage;
import dev.octavo.benchmarks.tflite.TfliteExport;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.tools.convert.Converter;
import dev.octavo.tools.onnx.OnnxReader;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TensorFlowLiteTest {
    private static float[] run(Contender contender) {
        try (contender) {
            contender.run();
            return contender.output();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void computesTheSameInt8Network(boolean perChannel) {
        ModelDefinition definition = SmallModel.build();
        int[] shape = {2, SmallModel.CHANNELS, SmallModel.SIZE, SmallModel.SIZE};
        float[] images = SmallModel.images(2);
        float[] ours =
                run(OctavoContender.open(definition, SessionOptions.defaults().withBatch(2), shape, images));
        float largest = 0;
        for (float logit : ours) {
            largest = Math.max(largest, Math.abs(logit));
        }
        ByteBuffer model = TfliteExport.int8(definition, 2, perChannel, largest);
        float[] theirs = run(TensorFlowLite.open(model, 1, shape, images));
        // A rounded branch, rounded logits and a missing clamp cost a little; a wrong scale, zero point or layout costs
        // everything.
        assertThat(SmallModel.relativeError(ours, theirs)).isLessThan(0.01);
    }

    @Test
    void computesTheSameFloatNetwork() {
        // The one network with depthwise layers whose padding is the same in both.
        byte[] onnx = Architecture.MOBILENET_V1.onnx(4).toByteArray();
        ModelDefinition definition = Converter.inFloat(OnnxReader.read(onnx, "mobilenet_v1.onnx"));
        int[] shape = {1, 3, 224, 224};
        float[] image = SyntheticImage.planar(new SplittableRandom(3));
        float[] ours = run(OctavoContender.open(definition, SessionOptions.defaults(), shape, image));
        float[] theirs = run(TensorFlowLite.open(TfliteExport.float32(definition, 1), 2, shape, image));
        assertThat(theirs).hasSameSizeAs(ours);
        for (int i = 0; i < ours.length; i++) {
            assertThat(theirs[i]).isCloseTo(ours[i], within(1e-3f));
        }
    }

    @Test
    void aModelThatIsRefusedIsOneException() {
        ByteBuffer broken = ByteBuffer.allocateDirect(64);
        assertThatThrownBy(() -> TensorFlowLite.open(broken, 1, new int[] {1, 1, 1, 1}, new float[1]))
                .isInstanceOf(RivalException.class)
                .hasMessageContaining("TensorFlow Lite");
    }
}

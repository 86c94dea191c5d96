package dev.octavo.tools.lower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.tools.TestData;
import dev.octavo.tools.data.LabelledData;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.onnx.OnnxReader;
import dev.octavo.tools.passes.Passes;
import dev.octavo.tools.vision.Preprocessing;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trained networks in single precision against logits that another implementation gave. */
class FloatNetworksTest {
    private static final Preprocessing CIFAR = new Preprocessing(
            List.of(255 * .485, 255 * .456, 255 * .406), List.of(255 * .229, 255 * .224, 255 * .225), 1);
    private static final Preprocessing MOBILE_NET =
            new Preprocessing(List.of(127.5, 127.5, 127.5), List.of(127.5, 127.5, 127.5), 0.875);

    private static Model model(String name, boolean folded) {
        Graph imported = OnnxReader.read(TestData.require("models/" + name));
        Graph graph = folded ? Passes.apply(imported, Passes.folding()) : imported;
        return Model.of(FloatLowering.lower(
                graph,
                new ModelMetadata(
                        name, List.of(), new ModelMetadata.Preprocessing(List.of(), List.of(), 1), Map.of())));
    }

    private static Tensor pictures(LabelledData data, Preprocessing preprocessing, int side, int... indices) {
        Tensor tensor = Tensor.allocate(ElementType.FLOAT32, indices.length, 3, side, side);
        long bytes = 3L * side * side * Float.BYTES;
        for (int i = 0; i < indices.length; i++) {
            preprocessing.toFloats(data.picture(indices[i]), side, side, tensor.segment(), i * bytes);
        }
        return tensor;
    }

    private static int argmax(float[] logits, int from, int to) {
        int best = from;
        for (int i = from; i < to; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best - from;
    }

    private static void assertLogits(float[] actual, String expected) {
        String[] values = expected.split(" ");
        for (int i = 0; i < values.length; i++) {
            assertThat(actual[i]).as("logit %d", i).isCloseTo(Float.parseFloat(values[i]), within(1e-3f));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "cifar10_resnet20.onnx, false, -5.3097 -.4958 .8773 23.7305 -4.1050 4.4637 -.2342 -5.4179 -3.7118 -9.8822",
        "cifar10_resnet20.onnx, true, -5.3097 -.4958 .8773 23.7305 -4.1050 4.4637 -.2342 -5.4179 -3.7118 -9.8822",
        "cifar10_resnet56.onnx, true, -5.5256 -1.5469 -.7158 19.4394 -5.0974 3.0219 -1.5109 -.9350 -1.7958 -5.4049"
    })
    void residualNetworks(String name, boolean folded, String logits) {
        LabelledData data = LabelledData.open(TestData.require("images/cifar10/test_0000-0499.bin"));
        try (Model model = model(name, folded);
                Session session = model.newSession();
                Session batch = model.newSession(SessionOptions.defaults().withBatch(10))) {
            float[] first = session.run(pictures(data, CIFAR, 32, 0)).toFloatArray();
            assertLogits(first, logits);
            float[] ten = batch.run(pictures(data, CIFAR, 32, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9))
                    .toFloatArray();
            int[] predictions = new int[10];
            for (int i = 0; i < 10; i++) {
                predictions[i] = argmax(ten, 10 * i, 10 * i + 10);
            }
            assertThat(predictions).containsExactly(3, 8, 8, 0, 6, 6, 1, 6, 3, 1);
            assertThat(ten).startsWith(first);
        }
    }

    @Test
    void mobileNet() {
        LabelledData data = LabelledData.open(TestData.require("images/imagenet"));
        try (Model model = model("mobilenet_v1_0.75_224.onnx", true);
                Session session = model.newSession()) {
            float[] logits = session.run(pictures(data, MOBILE_NET, 224, 0)).toFloatArray();
            for (int i = 0; i < 5; i++) {
                float expected = new float[] {21.9476f, 15.6812f, 5.3457f, 6.8435f, 7.6239f}[i];
                assertThat(logits[i]).as("logit %d", i).isCloseTo(expected, within(0.4f));
            }
            assertThat(argmax(logits, 0, 1000)).isEqualTo(data.label(0));
        }
    }
}

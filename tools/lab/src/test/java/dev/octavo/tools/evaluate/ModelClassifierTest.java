package dev.octavo.tools.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.octavo.kernels.FloatReduction;
import dev.octavo.kernels.tiers.KernelSets;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import dev.octavo.tools.vision.Picture;
import dev.octavo.tools.vision.Preprocessing;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ModelClassifierTest {
    private static final SessionOptions SCALAR = SessionOptions.defaults().withKernels(KernelSets.byName("scalar"));

    @Test
    void feedsNormalisedPicturesAndReturnsLogits() {
        Preprocessing preprocessing = new Preprocessing(List.of(100.0, 0.0, 0.0), List.of(2.0, 1.0, 4.0), 1);
        try (Model model = channelMeans(3);
                ModelClassifier classifier = ModelClassifier.create(model, preprocessing, SCALAR)) {
            assertThat(classifier.classes()).isEqualTo(3);
            byte[] samples = new byte[8 * 8 * 3];
            for (int i = 0; i < samples.length; i += 3) {
                samples[i] = (byte) 200;
                samples[i + 1] = 7;
                samples[i + 2] = 8;
            }
            float[] logits = classifier.logits(Picture.of(8, 8, 3, samples));
            assertThat(logits).containsExactly(50, 7, 2);
            classifier.logits(Picture.of(8, 8, 3, new byte[8 * 8 * 3]));
            assertThat(logits).containsExactly(50, 7, 2);
        }
    }

    @Test
    void refusesModelsThatDoNotTakeSuchPictures() {
        try (Model grey = channelMeans(1);
                Model deep = channelMeans(5)) {
            assertThatThrownBy(() -> ModelClassifier.create(grey, Preprocessing.none(3), SCALAR))
                    .hasMessageContaining("takes pictures of 1 channels, but mean and std have 3 values");
            assertThatThrownBy(() -> ModelClassifier.create(deep, Preprocessing.none(3), SCALAR))
                    .hasMessageContaining("does not take a picture");
        }
    }

    @Test
    void measures() {
        try (Model model = channelMeans(3)) {
            Benchmark benchmark = Benchmark.run(model, SCALAR.withBatch(2), 0.02, nanos -> {});
            assertThat(benchmark.kernels()).isEqualTo("scalar");
            assertThat(benchmark.batch()).isEqualTo(2);
            assertThat(benchmark.latency().runs()).isGreaterThanOrEqualTo(5);
            assertThat(benchmark.latency().medianMs())
                    .isPositive()
                    .isLessThanOrEqualTo(benchmark.latency().p99Ms());
            assertThat(benchmark.imagesPerSecond())
                    .isCloseTo(2000 / benchmark.latency().medianMs(), withinPercentage(1e-6));
            assertThat(benchmark.firstRunMs()).isPositive();
        }
    }

    /** A network [N, C, 4, 4] → [N, C] whose logits are the means of the channels. */
    private static Model channelMeans(int channels) {
        return Model.of(new ModelDefinition(
                new ModelMetadata(
                        "means", List.of(), new ModelMetadata.Preprocessing(List.of(), List.of(), 1), Map.of()),
                List.of(TensorDefinition.ofFloat("x", 1, channels, 4, 4), TensorDefinition.ofFloat("y", 1, channels)),
                List.of(new OperationDefinition(
                        "mean", new Operation.Reduction(FloatReduction.Kind.MEAN, List.of(2, 3)), List.of(0), 1)),
                List.of(0),
                List.of(1),
                true));
    }
}

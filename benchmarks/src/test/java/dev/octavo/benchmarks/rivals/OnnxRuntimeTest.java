package dev.octavo.benchmarks.rivals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.octavo.benchmarks.models.Architecture;
import dev.octavo.benchmarks.models.SyntheticImage;
import dev.octavo.benchmarks.models.WriteModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxRuntimeTest {
    @TempDir
    Path folder;

    @Test
    void runsAWrittenNetworkAtAnyBatch() throws IOException {
        Path file = folder.resolve("mobilenet_v2.onnx");
        WriteModels.write(Architecture.MOBILENET_V2.onnx(WriteModels.SEED), file);
        float[] image = SyntheticImage.planar(new SplittableRandom(3));
        float[] twice = new float[2 * image.length];
        System.arraycopy(image, 0, twice, image.length, image.length);
        OnnxRuntime.Settings settings = OnnxRuntime.Settings.ofThreads(1);
        float[] logits;
        try (OnnxRuntime one = OnnxRuntime.open(file, settings, new int[] {1, 3, 224, 224}, image, 1000)) {
            one.run();
            logits = one.output();
        }
        try (OnnxRuntime two = OnnxRuntime.open(file, settings, new int[] {2, 3, 224, 224}, twice, 1000)) {
            two.run();
            assertThat(two.output()).hasSize(2000);
            for (int i = 0; i < 1000; i++) {
                assertThat(two.output()[1000 + i]).isCloseTo(logits[i], within(1e-3f));
            }
        }
        // Statistics that fit the weights keep activations, and so the logits, near unit variance.
        double squares = 0;
        for (float x : logits) {
            squares += x * x;
        }
        assertThat(Math.sqrt(squares / logits.length)).isBetween(0.1, 10.0);
    }

    @Test
    void aModelThatIsRefusedIsOneException() throws IOException {
        Path file = Files.writeString(folder.resolve("broken.onnx"), "this is no model");
        assertThatThrownBy(
                        () -> OnnxRuntime.open(file, OnnxRuntime.Settings.ofThreads(1), new int[] {1}, new float[1], 1))
                .isInstanceOf(RivalException.class)
                .hasMessageContaining("broken.onnx");
    }
}

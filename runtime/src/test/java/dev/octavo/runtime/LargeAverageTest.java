package dev.octavo.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.tiers.KernelSets;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelFormatException;
import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.runtime.format.ModelMetadata.Preprocessing;
import dev.octavo.runtime.format.ModelWriter;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.Padding;
import dev.octavo.runtime.format.TensorDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Averages over windows whose sums exceed what a float holds exactly, and over whole pictures of millions of pixels. */
class LargeAverageTest {
    @TempDir
    private Path folder;

    private static ModelDefinition average(ElementType type, int channels, int side, double ratio) {
        return new ModelDefinition(
                new ModelMetadata("average", List.of(), new Preprocessing(List.of(), List.of(), 1), Map.of()),
                List.of(
                        TensorDefinition.ofQuantized("map", type, 0.5f, 1, channels, side, side),
                        TensorDefinition.ofQuantized("mean", type, 0.5f, 1, channels, 1, 1)),
                List.of(new OperationDefinition(
                        "pool",
                        new Operation.Pool(
                                Pooling.Kind.AVERAGE, ConvolutionShape.of(side, side), Padding.NONE, false, 0, ratio),
                        List.of(0),
                        1)),
                List.of(0),
                List.of(1),
                true);
    }

    @Test
    void everyTierRoundsLargeSumsTheSame() {
        for (ElementType type : List.of(ElementType.INT8, ElementType.UINT8)) {
            try (Model model = Model.of(average(type, 5, 300, 0.9))) {
                Tensor input = Tensor.allocate(type, 1, 5, 300, 300);
                for (long i = 0; i < input.elements(); i++) {
                    input.segment()
                            .set(java.lang.foreign.ValueLayout.JAVA_BYTE, i, (byte) (i * i % 29 == 0 ? 100 : 127));
                }
                float[] expected = run(model, KernelSets.byName("scalar"), input);
                for (KernelSet kernels : KernelSets.usable()) {
                    assertThat(run(model, kernels, input)).as(kernels.name()).isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void aGlobalAverageOfMillionsOfPixelsIsSavedLoadedAndRun() throws IOException {
        Path file = folder.resolve("average.octavo");
        ModelWriter.write(average(ElementType.UINT8, 1, 2048, 1), file);
        assertThat(Files.size(file)).isLessThan(1000);
        try (Model model = Model.load(file)) {
            Tensor input = Tensor.allocate(ElementType.UINT8, 1, 1, 2048, 2048);
            input.segment().fill((byte) 201);
            assertThat(run(model, KernelSets.select(), input)).containsExactly(201);
        }
    }

    @Test
    void sumsBeyondTheAccumulatorAreRefused() {
        try (Model model = Model.of(average(ElementType.UINT8, 1, 4000, 1))) {
            assertThatThrownBy(model::newSession)
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("may exceed 31 bits");
        }
    }

    private static float[] run(Model model, KernelSet kernels, Tensor input) {
        try (Session session = model.newSession(SessionOptions.defaults().withKernels(kernels))) {
            return session.run(input).toFloatArray();
        }
    }
}

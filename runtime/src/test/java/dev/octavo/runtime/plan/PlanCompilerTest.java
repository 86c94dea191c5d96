package dev.octavo.runtime.plan;

import static dev.octavo.runtime.plan.PlanRuns.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.tiers.KernelSets;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.RandomModels;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelDefinition;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlanCompilerTest {
    private static final KernelSet SCALAR = KernelSets.byName("scalar");

    static LongStream seeds() {
        return LongStream.range(0, 60);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void sharedMemoryChangesNoByte(long seed) {
        for (ModelDefinition model : List.of(RandomModels.quantized(seed, 14), RandomModels.floating(seed, 14))) {
            Tensor input = RandomModels.input(model, 1, seed);
            assertThat(run(model, SCALAR, 1, true, input)).isDeepEqualTo(run(model, SCALAR, 1, false, input));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyTierGivesTheSameBytes(long seed) {
        for (ModelDefinition model : List.of(RandomModels.quantized(seed, 14), RandomModels.floating(seed, 14))) {
            Tensor input = RandomModels.input(model, 2, seed);
            byte[][] expected = run(model, SCALAR, 2, true, input);
            for (KernelSet kernels : KernelSets.usable()) {
                assertThat(run(model, kernels, 2, true, input))
                        .as(kernels.name())
                        .isDeepEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void threadsChangeNoByte(long seed) {
        for (ModelDefinition model : List.of(RandomModels.quantized(seed, 14), RandomModels.floating(seed, 14))) {
            Tensor input = RandomModels.input(model, 2, seed);
            assertThat(run(model, KernelSets.select(), 2, true, input, 3))
                    .isDeepEqualTo(run(model, SCALAR, 2, true, input));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void imagesOfABatchDoNotMix(long seed) {
        for (ModelDefinition model : List.of(RandomModels.quantized(seed, 14), RandomModels.floating(seed, 14))) {
            Tensor batch = RandomModels.input(model, 3, seed);
            byte[][] together = run(model, SCALAR, 3, true, batch);
            long bytes = batch.segment().byteSize() / 3;
            for (int i = 0; i < 3; i++) {
                MemorySegment image = batch.segment().asSlice(i * bytes, bytes);
                byte[][] alone = run(model, SCALAR, 1, true, Tensor.wrap(batch.type(), image, shape(model, 1)));
                for (int o = 0; o < alone.length; o++) {
                    int length = alone[o].length;
                    assertThat(MemorySegment.ofArray(together[o])
                                    .asSlice((long) i * length, length)
                                    .toArray(ValueLayout.JAVA_BYTE))
                            .isEqualTo(alone[o]);
                }
            }
        }
    }

    private static int[] shape(ModelDefinition definition, int batch) {
        try (Model model = Model.of(definition)) {
            return model.inputs().getFirst().shape(batch);
        }
    }
}
